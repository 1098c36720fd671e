//go:build race

package main

func init() { slow = true } // the race detector makes SQLite thirty times slower
