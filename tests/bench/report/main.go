// Command report measures every case in interleaved passes, in CPU time of the
// process, and prints the median of each and ratios. What is owed is judged by the
// median of the ratios of single passes, in which the machine was as quick for both.
// Only the ratios of one run mean anything.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sqlser/sqlser/tests/bench"
)

func main() {
	passes := flag.Int("passes", 6, "passes over all cases")
	slice := flag.Duration("slice", 40*time.Millisecond, "CPU time of a case in a pass")
	only := flag.String("only", "", "regular expression of query/op/who")
	markdown := flag.Bool("markdown", false, "what is owed as the table of README.md, in place of all else")
	count := flag.Bool("instructions", false, "instructions and allocations in place of times: needs valgrind, and five seconds a case")
	loop := flag.Int("loop", 0, "do so many operations of each case, and print nothing: what valgrind or a profiler looks at")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(2)
	}
	cases := slices.DeleteFunc(bench.Cases(), func(c bench.Case) bool {
		return !match.MatchString(c.Query + "/" + c.Op + "/" + c.Who)
	})
	if *loop > 0 {
		for _, c := range cases {
			for range *loop {
				c.Run()
			}
		}
		return
	}
	if *count {
		if err := printInstructions(cases); err != nil {
			fmt.Fprintln(os.Stderr, "report:", err)
			os.Exit(1)
		}
		return
	}
	if *markdown {
		var runs [][]result
		for _, gogc := range gogcs() {
			debug.SetGCPercent(gogc)
			runs = append(runs, measure(cases, max(*passes, 1), *slice))
		}
		printMarkdown(runs)
		return
	}
	fmt.Printf("%s, %d CPUs, CPU time, the median of %d passes; x peer: by the time of %s, or of SQL written %s; x scan: by that of reading our payload's tokens\n",
		runtime.Version(), runtime.GOMAXPROCS(0), *passes, bench.Peer, bench.ByHand)
	for _, gogc := range gogcs() {
		debug.SetGCPercent(gogc)
		fmt.Printf("\nGOGC=%d\n", gogc)
		results := measure(cases, max(*passes, 1), *slice)
		print(results)
		printOwed(results)
	}
	sizes, err := bench.TPCH(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	printSizes(sizes)
}

// gogcs are the settings of the garbage collector that are measured, in percent.
func gogcs() []int { return []int{100, 800} }

// result is what came out for a case.
type result struct {
	bench.Case
	ns, allocs, bytes float64   // an operation
	passes            []float64 // ns of each
}

func measure(cases []bench.Case, passes int, slice time.Duration) []result {
	results := make([]result, len(cases))
	rounds := make([]int, len(cases))
	for i, c := range cases {
		c.Run() // it holds what it needs from now on
		rounds[i] = calibrate(c, slice)
		results[i] = result{Case: c}
		results[i].allocs, results[i].bytes = allocations(c)
		drop(c)
	}
	for range passes {
		for i, c := range cases {
			c.Run()
			runtime.GC()
			results[i].passes = append(results[i].passes, float64(run(c, rounds[i]))/float64(rounds[i]))
			drop(c)
		}
	}
	for i := range results {
		_, results[i].ns, _ = quartiles(results[i].passes)
	}
	return results
}

// drop makes a case hold as little as if it had not run: in a large heap that lives the others
// would seldom meet the garbage collector, and never the same memory twice.
func drop(c bench.Case) {
	if c.Drop != nil {
		c.Drop()
	}
}

// quartiles returns those of a list that has something in it.
func quartiles(list []float64) (low, median, high float64) {
	list = slices.Sorted(slices.Values(list))
	at := func(quarters int) float64 {
		twice := (len(list) - 1) * quarters / 2 // of the index
		return (list[twice/2] + list[(twice+1)/2]) / 2
	}
	return at(1), at(2), at(3)
}

// run returns the CPU time of n operations.
func run(c bench.Case, n int) time.Duration {
	start := cpuTime()
	for range n {
		c.Run()
	}
	return cpuTime() - start
}

// calibrate returns how many operations take about as long as the slice.
func calibrate(c bench.Case, slice time.Duration) int {
	for n := 64; ; n *= 4 {
		if t := run(c, n); t > slice/8 || n > 1<<30 {
			return max(1, int(float64(n)*float64(slice)/float64(max(t, 1))))
		}
	}
}

func allocations(c bench.Case) (count, bytes float64) {
	const n = 200
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		c.Run()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n
}

func print(results []result) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "query\top\twho\tns/op\tallocs\tB/op\tpayload\tx peer\tx scan\t")
	for _, r := range results {
		payload := ""
		if r.Bytes > 0 {
			payload = strconv.Itoa(r.Bytes)
		}
		peer := ratio(results, r, r.Op, bench.Peer)
		if strings.HasSuffix(r.Op, "sql") {
			peer = ratio(results, r, "build+sql", bench.ByHand)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t%s\t%s\t%s\t\n", r.Query, r.Op, r.Who, r.ns, r.allocs, r.bytes,
			payload, peer, ratio(results, r, "scan", bench.Us))
	}
	w.Flush()
}

// ratio is r's time by that of another case of its query, or "" without one.
func ratio(results []result, r result, op, who string) string {
	for _, o := range results {
		if o.Query == r.Query && o.Op == op && o.Who == who && o.ns > 0 {
			return fmt.Sprintf("%.2f", r.ns/o.ns)
		}
	}
	return ""
}
