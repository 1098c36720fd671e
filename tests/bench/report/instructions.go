package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/sqlser/sqlser/tests/bench"
)

// counted is how many operations the shorter of two runs does; the longer does twice as many. What is
// made once is in both, and is gone from the difference.
const counted = 2000

// printInstructions prints how many instructions an operation of each case takes, without the garbage
// collector. Valgrind must be installed.
func printInstructions(cases []bench.Case) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "query\top\twho\tinstructions\tallocs\tB/op\t")
	for _, c := range cases {
		short, err := instructions(c, counted)
		if err != nil {
			return err
		}
		long, err := instructions(c, 2*counted)
		if err != nil {
			return err
		}
		c.Run() // makes what is made once
		count, bytes := allocations(c)
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.0f\t%.0f\t\n", c.Query, c.Op, c.Who, (long-short)/counted, count, bytes)
	}
	return w.Flush()
}

var fetched = regexp.MustCompile(`I\s+refs:\s+([0-9,]+)`)

// instructions returns how many this program takes in all to do n operations of a case.
func instructions(c bench.Case, n int) (int, error) {
	program, err := os.Executable()
	if err != nil {
		return 0, err
	}
	only := "^" + regexp.QuoteMeta(c.Query+"/"+c.Op+"/"+c.Who) + "$"
	cmd := exec.Command("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file="+os.DevNull,
		program, "-loop", strconv.Itoa(n), "-only", only)
	cmd.Env = append(os.Environ(), "GOGC=off", "GOMAXPROCS=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	found := fetched.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("%s: no count of instructions in\n%s", cmd, out)
	}
	return strconv.Atoi(strings.ReplaceAll(string(found[1]), ",", ""))
}
