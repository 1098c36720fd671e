// Command report measures every case in interleaved passes, in CPU time of the
// process, and prints the quickest of each and ratios: other work on the machine
// only slows. Only the ratios of one run mean anything.
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
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(2)
	}
	cases := slices.DeleteFunc(bench.Cases(), func(c bench.Case) bool {
		return !match.MatchString(c.Query + "/" + c.Op + "/" + c.Who)
	})
	fmt.Printf("%s, %d CPUs, CPU time, the quickest of %d passes; x peer: by the time of %s, or of SQL written %s; x scan: by that of reading our payload's tokens\n",
		runtime.Version(), runtime.GOMAXPROCS(0), *passes, bench.Peer, bench.ByHand)
	for _, gogc := range []int{100, 800} {
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

// result is what came out for a case.
type result struct {
	bench.Case
	ns, allocs, bytes float64 // an operation
}

func measure(cases []bench.Case, passes int, slice time.Duration) []result {
	results := make([]result, len(cases))
	times := make([][]float64, len(cases))
	rounds := make([]int, len(cases))
	for i, c := range cases {
		rounds[i] = calibrate(c, slice)
		results[i] = result{Case: c}
		results[i].allocs, results[i].bytes = allocations(c)
	}
	for range passes {
		for i, c := range cases {
			runtime.GC()
			times[i] = append(times[i], float64(run(c, rounds[i]))/float64(rounds[i]))
		}
	}
	for i := range results {
		results[i].ns = slices.Min(times[i])
	}
	return results
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
