// xapian - the peer of the same name, as its manual has it: BM25, Snowball by language.
//	xapian build DB <DOCS        ID, language, name, text a line
//	xapian ask DB [strip] <QUERIES   ID, language, text a line; prints a TREC run
//	xapian time DB [strip] <QUERIES  prints ms a query, the first half not counted
// strip: query words that more than one document in eight has are left out.
#include <chrono>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>
#include <xapian.h>

using namespace std;

static vector<string> fields(const string &line)
{
	vector<string> out;
	string field;
	istringstream in(line);
	while (getline(in, field, '\t'))
		out.push_back(field);
	return out;
}

static Xapian::Stem stemmer(const string &language)
{
	try {
		return Xapian::Stem(language);
	} catch (const Xapian::InvalidArgumentError &) {
		return Xapian::Stem("none");
	}
}

static void index(Xapian::Document &doc, const string &language, const string &text)
{
	Xapian::TermGenerator generator;
	generator.set_stemmer(stemmer(language));
	generator.set_stemming_strategy(Xapian::TermGenerator::STEM_ALL);
	generator.set_document(doc);
	generator.index_text(text);
}

static int build(const char *path)
{
	Xapian::WritableDatabase db(path, Xapian::DB_CREATE_OR_OVERWRITE);
	string line;
	while (getline(cin, line)) {
		vector<string> f = fields(line);
		f.resize(4);
		Xapian::Document doc;
		doc.set_data(f[0]);
		index(doc, f[1], f[2] + " " + f[3]);
		db.add_document(doc);
	}
	db.commit();
	return 0;
}

static Xapian::Query query(const Xapian::Database &db, const vector<string> &f, bool strip)
{
	Xapian::Document doc;
	vector<Xapian::Query> terms;
	index(doc, f[1], f[2]);
	for (auto t = doc.termlist_begin(); t != doc.termlist_end(); ++t)
		if (!strip || db.get_termfreq(*t) <= db.get_doccount() / 8)
			terms.push_back(Xapian::Query(*t, t.get_wdf()));
	return Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end());
}

static int ask(const char *path, bool strip, bool timed)
{
	Xapian::Database db(path);
	string line;
	vector<string> lines;
	while (getline(cin, line))
		lines.push_back(line);
	chrono::steady_clock::time_point start;
	for (size_t i = 0; i < lines.size(); i++) {
		if (i == lines.size() / 2)
			start = chrono::steady_clock::now();
		vector<string> f = fields(lines[i]);
		f.resize(3);
		Xapian::Enquire enquire(db);
		enquire.set_query(query(db, f, strip));
		Xapian::MSet hits = enquire.get_mset(0, 10);
		for (auto h = hits.begin(); h != hits.end() && !timed; ++h)
			cout << f[0] << " Q0 " << h.get_document().get_data() << ' ' << h.get_rank() + 1 << ' ' << h.get_weight() << " xapian\n";
	}
	if (timed)
		cout << chrono::duration<double, milli>(chrono::steady_clock::now() - start).count() / double(lines.size() - lines.size() / 2) << '\n';
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 64;
	string verb = argv[1];
	return verb == "build" ? build(argv[2]) : ask(argv[2], argc > 3, verb == "time");
}
