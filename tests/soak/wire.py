"""HTTP/1.1 as soak speaks it: requests on a kept connection, and event streams."""
import asyncio
import json
import time


async def head(reader):
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    return int(lines[0].split()[1]), {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}


class Busy(ConnectionError):
    """Asked to come later: who came at once would keep the server from what it is at."""

    def __init__(self, headers):
        super().__init__()
        self.pause = float(headers.get("retry-after", 1))


class Wire:
    """Each call has a key of its own and is repeated under it until it is answered."""

    LOST = 0.02

    def __init__(self, port, chance, counts):
        self.port, self.chance, self.counts, self.reader, self.writer = port, chance, counts, None, None
        self.door, self.repeated = asyncio.Lock(), 0

    async def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None

    async def once(self, request, lose):
        if not self.writer:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(request)
        if lose:
            await self.writer.drain()
            await asyncio.sleep(self.chance.random() * 0.005)
            raise ConnectionError
        status, headers = await head(self.reader)
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            await self.close()
        if status == 503:
            raise Busy(headers)
        return status, body

    async def call(self, path, bearer, body, lose=LOST):
        key = "%032x" % self.chance.getrandbits(128)
        text = json.dumps(body)
        request = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nIdempotency-Key: {key}\r\nContent-Length: {len(text)}\r\n"
        request = (request + (f"Authorization: Bearer {bearer}\r\n" if bearer else "") + "\r\n" + text).encode()
        until, lose = time.monotonic() + 60, self.chance.random() < lose
        async with self.door:
            while True:
                try:
                    status, answer = await self.once(request, lose)
                    return status, [json.loads(line) for line in answer.splitlines()]
                except (OSError, asyncio.IncompleteReadError) as e:
                    pause = getattr(e, "pause", 0.01)
                    if not isinstance(e, Busy):
                        await self.close()
                    if time.monotonic() > until:
                        return 0, "never answered"
                self.counts["repeated"] += 1
                self.repeated += 1
                lose = False
                await asyncio.sleep(pause)


class Stream:
    """hear(name, id, data) for each event; a connection that breaks, or is broken here now and then, is taken up again."""

    CUT = (5, 60)

    def __init__(self, port, chance, counts, path, bearer, hear, after=None):
        self.port, self.chance, self.counts, self.path, self.bearer, self.hear, self.last = port, chance, counts, path, bearer, hear, after

    async def follow(self, ended):
        while not ended.is_set():
            try:
                await self.connection(ended)
            except (OSError, asyncio.IncompleteReadError) as e:
                await asyncio.sleep(getattr(e, "pause", 0.01))
            self.counts["resumed"] += not ended.is_set()

    async def connection(self, ended):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        after = f"Last-Event-ID: {self.last}\r\n" if self.last is not None else ""
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.bearer}\r\n{after}\r\n".encode())
        reading, ending = asyncio.ensure_future(self.read(reader)), asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({reading, ending}, timeout=self.chance.uniform(*self.CUT), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
        finally:
            reading.cancel()
            ending.cancel()
            writer.close()

    async def read(self, reader):
        status, headers = await head(reader)
        if status == 503:
            raise Busy(headers)
        if status != 200:
            raise ConnectionError
        fields, rest = {}, b""
        while True:
            size = int(await reader.readuntil(b"\r\n"), 16)
            rest += (await reader.readexactly(size + 2))[:-2]
            if not size:
                raise ConnectionError
            *lines, rest = rest.split(b"\n")
            for line in lines:
                if line:
                    name, _, value = line.decode().partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    self.last = fields.get("id", self.last)
                    self.hear(fields["event"], fields.get("id"), fields["data"])
                    fields = {}
                else:
                    fields = {}
