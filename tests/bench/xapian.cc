// xapian - the peer of the same name, as its manual has it: BM25, Snowball by language.
//	xapian build DB <DOCS        ID, language, name, text a line
//	xapian ask DB QUERIES [strip]   a file of ID, language, text a line; prints a TREC run
// strip: query words that more than one document in eight has are left out.
#include <fstream>
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

static int ask(const char *path, const char *queries, bool strip)
{
	Xapian::Database db(path);
	ifstream in(queries);
	string line;
	while (getline(in, line)) {
		vector<string> f = fields(line);
		f.resize(3);
		Xapian::Enquire enquire(db);
		enquire.set_query(query(db, f, strip));
		Xapian::MSet hits = enquire.get_mset(0, 10);
		for (auto h = hits.begin(); h != hits.end(); ++h)
			cout << f[0] << " Q0 " << h.get_document().get_data() << ' ' << h.get_rank() + 1 << ' ' << h.get_weight() << " xapian\n";
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 64;
	return string(argv[1]) == "build" ? build(argv[2]) : argc < 4 ? 64 : ask(argv[2], argv[3], argc > 4);
}
