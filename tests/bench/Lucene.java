// Lucene - the peer of the same name: an analyzer for each language, BM25 (1.2, .75).
//	java Lucene build INDEX <DOCS       ID, language, name, text a line
//	java Lucene ask INDEX <QUERIES      ID, language, text a line; prints a TREC run
//	java Lucene time INDEX <QUERIES     prints ms a query; all of them were asked twice before
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.*;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;

public class Lucene {
	static final Map<String, Analyzer> analyzers = new HashMap<>();
	static final Analyzer other = new StandardAnalyzer();

	static {
		analyzers.put("en", new EnglishAnalyzer());
		analyzers.put("fr", new FrenchAnalyzer());
		analyzers.put("de", new GermanAnalyzer());
		analyzers.put("es", new SpanishAnalyzer());
		analyzers.put("pt", new PortugueseAnalyzer());
		analyzers.put("it", new ItalianAnalyzer());
		analyzers.put("nl", new DutchAnalyzer());
	}

	static Analyzer analyzer(String language) {
		return analyzers.getOrDefault(language, other);
	}

	static BufferedReader input() {
		return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
	}

	static void build(String path) throws IOException {
		IndexWriterConfig config = new IndexWriterConfig(other).setSimilarity(new BM25Similarity(1.2f, 0.75f)).setRAMBufferSizeMB(256);
		try (IndexWriter writer = new IndexWriter(FSDirectory.open(Paths.get(path)), config)) {
			BufferedReader in = input();
			for (String line; (line = in.readLine()) != null;) {
				String[] f = Arrays.copyOf(line.split("\t", 4), 4);
				Document doc = new Document();
				doc.add(new StoredField("id", f[0]));
				try (TokenStream tokens = analyzer(f[1]).tokenStream("body", f[2] + " " + (f[3] == null ? "" : f[3]))) {
					doc.add(new TextField("body", tokens));
					writer.addDocument(doc);
				}
			}
			writer.forceMerge(1);
		}
	}

	static Query query(String language, String text) throws IOException {
		Map<String, Integer> terms = new LinkedHashMap<>();
		try (TokenStream tokens = analyzer(language).tokenStream("body", text)) {
			CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
			tokens.reset();
			while (tokens.incrementToken())
				terms.merge(term.toString(), 1, Integer::sum);
			tokens.end();
		}
		BooleanQuery.Builder builder = new BooleanQuery.Builder();
		for (Map.Entry<String, Integer> t : terms.entrySet()) {
			Query one = new TermQuery(new Term("body", t.getKey()));
			builder.add(t.getValue() > 1 ? new BoostQuery(one, t.getValue()) : one, BooleanClause.Occur.SHOULD);
		}
		return builder.build();
	}

	static void ask(String path, boolean timed) throws IOException {
		BooleanQuery.setMaxClauseCount(1 << 16);
		try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(Paths.get(path)))) {
			IndexSearcher searcher = new IndexSearcher(reader);
			searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
			List<String[]> queries = new ArrayList<>();
			BufferedReader in = input();
			for (String line; (line = in.readLine()) != null;)
				queries.add(line.split("\t", 3));
			StringBuilder out = new StringBuilder();
			long start = 0;
			for (int round = timed ? 0 : 2; round < 3; round++) {
				start = System.nanoTime();
				for (String[] q : queries) {
					ScoreDoc[] hits = searcher.search(query(q[1], q[2]), 10).scoreDocs;
					for (int i = 0; i < hits.length; i++) {
						String id = searcher.doc(hits[i].doc).get("id");
						if (!timed)
							out.append(q[0] + " Q0 " + id + " " + (i + 1) + " " + hits[i].score + " lucene\n");
					}
				}
			}
			if (timed)
				System.out.printf(Locale.ROOT, "%.4f%n", (System.nanoTime() - start) / 1e6 / queries.size());
			else
				System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
			System.out.flush();
		}
	}

	public static void main(String[] args) throws IOException {
		if (args[0].equals("build"))
			build(args[1]);
		else
			ask(args[1], args[0].equals("time"));
	}
}
