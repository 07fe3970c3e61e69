/*
 * priv.h - what the files of the server share.
 */
#ifndef API_PRIV_H
#define API_PRIV_H

#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/err.h"

/* Connections, from the first byte to the last (guard.c): each is in one phase, and each phase must end. */
enum phase { PHASE_REQUEST, /* nothing, or a part of a request, has come */
	     PHASE_WORK,    /* ours to go on */
	     PHASE_ANSWER,  /* an answer is being sent */
	     PHASE_STREAM };

struct api_guard {
	struct api_guard *next, **link;
	struct api_server *server;
	int fd;
	enum phase phase;
	int64_t since; /* that the phase began, of clock_monotonic() */
	size_t bytes;  /* that it is about */
	bool shut;
};

/* One request and its answer; it belongs to the thread that has it. */
struct api_exchange {
	struct api_exchange *next; /* in a lane of work */
	struct api_guard *guard;
	struct MHD_Connection *connection;
	const struct api_route *route;
	struct api_request request;
	struct api_answer answer;
	struct arena *arena;
	struct buf body;
	enum err_code code;        /* why it was refused; E_OK: it was not */
	int64_t began, waits;      /* of clock_monotonic(): the request; its wait for a worker */
	const char *what;          /* for the log: the operation, else the path */
	const char *agent, *token; /* who says to ask */
	enum { WHO_STRANGER,
	       WHO_CLAIMS, /* to be that agent: a worker is still to see whether it is so */
	       WHO_KNOWN } who;
	enum { EXCHANGE_READS,
	       EXCHANGE_PROVES, /* in the middle of reading: a worker sees who asks */
	       EXCHANGE_RUNS,
	       EXCHANGE_ANSWERED,
	       EXCHANGE_SENT } state;
	bool suspended;
	struct holder *holder; /* of a stream */
};

/* What blocks is done by workers, in two lanes: what takes long does not hold up the rest. */
enum lane { LANE_SHORT,
	    LANE_LONG,
	    LANES };

struct work {
	pthread_mutex_t door;
	pthread_cond_t more[LANES];
	struct api_exchange *first[LANES], **last[LANES];
	size_t waiting;
	pthread_t *threads;
	size_t n;
	bool ends;
};

struct desks {
	pthread_mutex_t door;
	struct idle {
		struct idle *next;
		struct desk *desk;
	} * idle;
	struct err why;  /* it could not be opened the last time; E_OK: it could */
	bool looked_for; /* and somebody tries whether it can be by now */
};

/* Statistics, told by /metrics. */
enum figure { FIGURE_REQUESTS,
	      FIGURE_REFUSED,
	      FIGURE_FAILED,
	      FIGURE_LIMITED,
	      FIGURE_BYTES_IN,
	      FIGURE_BYTES_OUT,
	      FIGURE_COUNT };

#define BUCKETS 12

struct figures {
	atomic_llong of[FIGURE_COUNT];
	atomic_llong bucket[BUCKETS + 1], ms; /* how long requests took */
};

struct api_server {
	const struct api_settings *settings;
	struct desk_options desk;
	struct MHD_Daemon *daemon;
	struct desks desks;
	struct work work;
	struct figures figures;
	/* Of connections. */
	pthread_mutex_t guard_door;
	struct api_guard *guards;
	atomic_size_t connections, streams_n, held; /* held: bytes of requests */
	/* Streams (stream.c). */
	pthread_mutex_t stream_door;
	struct holder *streams;
	pthread_t watcher;
	int wake; /* an eventfd: something was written here */
	/* How long each operation takes, in microseconds, lately (call.c). */
	atomic_int *took;
	struct limits *limits;
	struct known *known;
	pthread_mutex_t log_door;
	int64_t began;
	bool local, test; /* the store is a file of this machine; it was made for tests */
	atomic_bool draining, ended;
};

/* api.c */
int desks_take(struct api_server *server, struct desk **desk_r, struct err *err) ATTR_MUSTUSE;
/* spoilt: its store failed, another one is opened the next time. */
void desks_give(struct api_server *server, struct desk *desk, bool spoilt);
/* With its store, and nothing that runs. To be closed even where it fails, as it does where the store cannot be opened. */
int server_open(struct api_server *server, const struct api_settings *settings, struct err *err) ATTR_MUSTUSE;
void server_close(struct api_server *server);
/* Its threads, and libmicrohttpd on a socket that listens; flags say who waits for the network. */
int server_start(struct api_server *server, unsigned flags, int fd, struct err *err) ATTR_MUSTUSE;
void server_stop(struct api_server *server);

/* http.c: what libmicrohttpd calls. */
enum MHD_Result http_access(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
			    const char *upload, size_t *upload_size, void **exchange);
void http_completed(void *context, struct MHD_Connection *connection, void **exchange, enum MHD_RequestTerminationCode code);
/* "%41", and "+" of a query; NULL: it is broken, or holds a NUL. */
const char *url_decode(struct arena *arena, const char *text, bool plus);
/* On a worker: proves who asks, where that is still to be done; runs the route and fills in the answer, whatever comes of it. */
void http_run(struct api_exchange *x);
/* The status for an error, by a table. */
int http_status(const struct err *err);

/* answer.c */
/* err becomes the answer. */
void answer_error(struct api_exchange *x, const struct err *err);
/* gzip where it is asked for and pays. */
void answer_pack(struct api_exchange *x);
/* Those that all answers have, and its own. */
void answer_headers(const struct api_exchange *x, struct MHD_Response *response);
enum MHD_Result answer_send(struct api_exchange *x);

/* work.c */
void work_start(struct api_server *server);
/* Suspends the connection until it is done. -1: too much waits already, or for too long. */
int work_add(struct api_server *server, struct api_exchange *exchange, enum lane lane);
void work_stop(struct api_server *server);
size_t work_waiting(struct api_server *server);

/* guard.c */
void guard_connection(void *context, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code);
struct api_guard *guard_of(struct MHD_Connection *connection);
void guard_phase(struct api_guard *guard, enum phase phase, size_t bytes);
void guard_bytes(struct api_guard *guard, size_t bytes);
/* Cuts the connections whose phase has lasted too long; end: all that wait for a request. */
void guard_sweep(struct api_server *server, bool end);

/* limit.c: how often an address may ask without a session. Any thread; now is of clock_monotonic(). */
struct limits *limits_new(int64_t per_minute);
void limits_free(struct limits **limits);
/* False: too often. */
bool limits_take(struct limits *limits, const char *address, int64_t now);
/* Whether limits_take would be true; what turns out to be a stranger's is counted afterwards. */
bool limits_left(struct limits *limits, const char *address, int64_t now);
void limits_charge(struct limits *limits, const char *address, int64_t now);
/* False: that would be more than most, and nothing is added. */
bool limit_hold(atomic_size_t *held, size_t size, size_t most);

/* known.c: which tokens were proved lately. Any thread. */
struct known *known_new(void);
void known_free(struct known **known);
bool known_find(struct known *known, const char *agent, const char *token, int64_t now);
void known_add(struct known *known, const char *agent, const char *token, int64_t now);
void known_forget(struct known *known, const char *agent, const char *token);

/* call.c */
extern const struct api_route call_routes[];
/* Where an operation is best run; LANES: at once, here. */
enum lane call_lane(const struct api_exchange *x);
/* Names the operation for the log. True: it is for anybody, whatever token is shown, as logging in. */
bool call_begin(struct api_exchange *x);

/* stream.c */
enum MHD_Result stream_answer(struct api_exchange *x);
void stream_start(struct api_server *server);
/* All streams end once what was written to them is sent. */
void stream_end(struct api_server *server);
/* The watcher ends. */
void stream_stop(struct api_server *server);
/* Something was written: the watcher looks at once. */
void stream_wake(struct api_server *server);
void stream_closed(struct api_exchange *x);

/* tls.c: the certificate that is shown from now on, with those up to its authority, and its key. E_BAD_CONFIG: they do not fit; the one before stays. */
int tls_load(struct arena *arena, const char *certificate, const char *key, struct err *err) ATTR_MUSTUSE;
void tls_forget(void);
/* What GnuTLS asks in each handshake. */
int tls_choose(gnutls_session_t session, const gnutls_datum_t *names, int names_n, const gnutls_pk_algorithm_t *kinds, int kinds_n,
	       gnutls_pcert_st **chain_r, unsigned *n_r, gnutls_privkey_t *key_r);

/* events.c, health.c, document.c */
/* The least that needs a session: E_SESSION_ENDED and those of the store. */
int events_prove(struct api_request *request, const char *agent, const char *token, struct err *err) ATTR_MUSTUSE;
int events_route(struct api_request *request, struct api_answer *answer, struct err *err);
int health_route(struct api_request *request, struct api_answer *answer, struct err *err);
int ready_route(struct api_request *request, struct api_answer *answer, struct err *err);
int metrics_route(struct api_request *request, struct api_answer *answer, struct err *err);
int document_route(struct api_request *request, struct api_answer *answer, struct err *err);
/* Of this machine. */
bool address_is_local(const char *address);
/* A request is over. */
void figures_add(struct api_exchange *x, int status, size_t bytes, int64_t ms);

/* log.c */
void log_exchange(struct api_exchange *x, int status, size_t bytes, int64_t ms);

/* token.c: "Authorization: Bearer AGENT:TOKEN", both percent-encoded. False: there is none, both NULL; or it is no such thing. */
bool token_read(const struct api_request *request, const char **agent_r, const char **token_r);
/* The same of "Idempotency-Key: KEY", of agents and of contacts; NULL: there is none. E_BAD_REQUEST. */
int key_read(const struct api_request *request, const char **key_r, struct err *err) ATTR_MUSTUSE;

#endif
