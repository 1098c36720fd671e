package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sqlser/sqlser/tests/bench"
	"github.com/sqlser/sqlser/tests/bench/peers"
)

// owed is a ratio that we owe: our time for an op by that of others, the quickest
// where they are many; or, without others, our time in ns.
type owed struct {
	what    string
	op      string // of ours
	others  []string
	theirs  string // op of the others
	most    float64
	size    bool // of payloads, not of times
	queries string
}

// debts lists what is owed.
func debts() []owed {
	var trees, standing []string
	for _, b := range peers.All() {
		standing = append(standing, b.Name)
		if b.KeepsTree {
			trees = append(trees, b.Name)
		}
	}
	hand, msgp := []string{bench.ByHand}, []string{bench.Peer}
	return []owed{
		{"load within 2x of msgp's decoder", "load", msgp, "load", 2, false, ""},
		{"load in a fifth of vitess' parser", "load", []string{bench.Vitess}, "load", 0.2, false, ""},
		{"load in a fifteenth of pg_query_go", "load", []string{bench.PGQuery}, "load", 1.0 / 15, false, ""},
		{"dump within 1.5x of msgp's encoder", "dump", msgp, "dump", 1.5, false, ""},
		{"manifest alone in a fifth of load", "manifest", []string{bench.Us}, "load", 0.2, false, ""},
		{"build within 6x of SQL by hand", "build", hand, "build+sql", 6, false, ""},
		{"build+sql ahead of builders that keep a tree", "build+sql", trees, "build+sql", 1, false, ""},
		{"sql within 3x of SQL by hand", "sql", hand, "build+sql", 3, false, ""},
		{"sql ahead of every builder's standing query", "sql", standing, "sql", 1, false, ""},
		{"sql cached within 3x of SQL by hand", "sql cached", hand, "build+sql", 3, false, ""},
		{"sql cached ahead of every builder's standing query", "sql cached", standing, "sql", 1, false, ""},
		{"build+sql cached ahead of builders that keep a tree", "build+sql cached", trees, "build+sql", 1, false, ""},
		{"load+sql cached half of builders that keep a tree", "load+sql cached", trees, "build+sql", 0.5, false, ""},
		{"load+sql half of builders that keep a tree", "load+sql", trees, "build+sql", 0.5, false, ""},
		{"Lua script to bytes ahead of squirrel's SQL", "script", []string{"squirrel"}, "build+sql", 1, false, ""},
		{"Lua script remembered to bytes ahead of squirrel's SQL", "script cached", []string{"squirrel"}, "build+sql", 1, false, ""},
		{"load+sql of a known shape half of builders that keep a tree", "load+sql, known shape", trees, "build+sql", 0.5, false, ""},
		{"same bytes to SQL and arguments in 100 ns", "same bytes+sql", nil, "", 100, false, ""},
		{"same bytes, arguments in the same memory, in 100 ns", "same bytes+sql, args in place", nil, "", 100, false, ""},
		{"same shape to SQL and arguments in 2000 ns", "same shape+sql", nil, "", 2000, false, ""},
		{"(aim) load+sql ahead of bun", "load+sql", []string{"bun"}, "build+sql", 1, false, ""},
		{"bytes at most 0.7 of SQL text and arguments", "load", hand, "build+sql", 0.7, true, "c q1 q3 q5"},
	}
}

// printSizes prints the sizes of the queries of TPC-H, and the median of their ratios.
func printSizes(sizes []bench.Size) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nTPC-H\tpayload\tSQL and arguments\tratio\tas by hand\tratio\t")
	var ours, plain []float64
	for _, s := range sizes {
		ours, plain = append(ours, float64(s.Payload)/float64(s.SQL)), append(plain, float64(s.Payload)/float64(s.Plain))
		fmt.Fprintf(w, "%s\t%d\t%d\t%.2f\t%d\t%.2f\t\n", s.Name, s.Payload, s.SQL, ours[len(ours)-1], s.Plain, plain[len(plain)-1])
	}
	_, middle, _ := quartiles(ours)
	_, middlePlain, _ := quartiles(plain)
	fmt.Fprintf(w, "median\t\t\t%.2f\t\t%.2f\t\n", middle, middlePlain)
	w.Flush()
}

// of reports whether r is a time, or a size, that o limits.
func (o owed) of(r result) bool {
	return r.Op == o.op && r.Who == bench.Us && (o.queries == "" || slices.Contains(strings.Fields(o.queries), r.Query))
}

// printMarkdown prints what is owed a line, with a column a query: the median of the first run
// and its quartiles, and the medians of the others.
func printMarkdown(runs [][]result) {
	queries := []string{"a", "b", "c", "d"}
	fmt.Printf("| owed | at most | %s |\n|---|---|%s\n", strings.Join(queries, " | "), strings.Repeat("---|", len(queries)))
	for _, o := range debts() {
		found := false
		line := fmt.Sprintf("| %s | %s |", o.what, short(o.most))
		for _, q := range queries {
			cell := ""
			for i, results := range runs {
				for _, r := range results {
					if by, who := o.ratio(results, r); r.Query == q && o.of(r) && who != "" {
						found = true
						if i == 0 {
							cell = fmt.Sprintf("%s (%s to %s)", short(by.median), short(by.low), short(by.high))
						} else {
							cell += ", " + short(by.median)
						}
					}
				}
			}
			line += " " + cell + " |"
		}
		if found {
			fmt.Println(line)
		}
	}
}

// short writes a number with two digits, or as a whole.
func short(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.2g", x)
}

func printOwed(results []result) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nowed\tquery\tratio\tquartiles\tmost\tby\t\t")
	for _, o := range debts() {
		for _, r := range results {
			if !o.of(r) {
				continue
			}
			most, who := o.ratio(results, r)
			if who == "" {
				continue
			}
			says := "holds"
			if most.median > o.most {
				says = "MISSES"
			}
			fmt.Fprintf(w, "%s\t%s\t%.3g\t%.3g-%.3g\t%.4g\t%s\t%s\t\n", o.what, r.Query, most.median, most.low, most.high, o.most, who, says)
		}
	}
	w.Flush()
}

// spread is what a ratio is in a half of all passes, and in the middle one.
type spread struct{ low, median, high float64 }

// ratio is r's by the least of the others', and whose that is; "" if no other was
// measured.
func (o owed) ratio(results []result, r result) (most spread, who string) {
	if o.others == nil {
		most.low, most.median, most.high = quartiles(r.passes)
		return most, "itself, ns"
	}
	for _, other := range o.others {
		for _, t := range results {
			if t.Query != r.Query || t.Op != o.theirs || t.Who != other || o.size && t.Bytes == 0 {
				continue
			}
			if by := o.by(r, t); by.median > most.median {
				most, who = by, other
			}
		}
	}
	return most, who
}

func (o owed) by(ours, theirs result) (by spread) {
	if o.size {
		size := float64(ours.Bytes) / float64(theirs.Bytes)
		return spread{size, size, size}
	}
	ratios := make([]float64, len(ours.passes))
	for i, ns := range ours.passes {
		ratios[i] = ns / theirs.passes[i]
	}
	by.low, by.median, by.high = quartiles(ratios)
	return by
}
