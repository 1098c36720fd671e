//go:build !unix

package main

import "time"

var start = time.Now()

// cpuTime is time by the clock, where the CPU's is not to be had.
func cpuTime() time.Duration { return time.Since(start) }
