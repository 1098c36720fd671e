package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

var diffCommand = &command{
	name: "diff", args: "Q Q", doc: "what changed from one to the other, by path; exit 1 where they differ; -e is the second", formats: []string{"text", "json"},
	flags: []string{"db", "meta", "e", "format", "o", "read-only", "trust", "purpose", "audience"},
	run:   runDiff,
}

// errDifferent ends diff where there are differences: they have been told.
var errDifferent = errors.New("they differ")

// changeText is a difference for programs.
type changeText struct {
	Path   string `json:"path"`
	Kind   string `json:"kind"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// runDiff compares two queries. Bytes need no database: they are read as they say
// that their tables are.
func runDiff(ctx context.Context, a *app, words []string) error {
	format, err := a.textFormat()
	if err != nil {
		return err
	}
	if a.opts.chunk != nil {
		words = append(slices.Clone(words), chunkWord)
	}
	if len(words) != 2 {
		return usagef("diff: expected two queries, got %d: each a file of Lua or bytes, or one of them - or -e", len(words))
	}
	if words[0] == "-" && words[1] == "-" {
		return usagef("diff: only one of the two can be read from standard input")
	}
	var d *database
	var nodes [2]expr.Node
	for i, word := range words {
		s, err := a.readSource(word)
		if err != nil {
			return err
		}
		if s.bytes == nil && d == nil {
			if d, err = a.open(ctx, "diff", true, true); err != nil {
				return err
			}
			defer d.Close()
		}
		if nodes[i], err = a.detached(ctx, s, d); err != nil {
			return err
		}
	}
	changes := expr.Diff(nodes[0], nodes[1])
	if format == "json" {
		list := []changeText{}
		for _, c := range changes {
			t := changeText{Path: c.Path, Kind: c.Kind.String()}
			if c.Before != nil {
				t.Before = expr.Brief(c.Before)
			}
			if c.After != nil {
				t.After = expr.Brief(c.After)
			}
			list = append(list, t)
		}
		if err := writeJSON(a.out, list); err != nil {
			return err
		}
	} else {
		for _, c := range changes {
			if _, err := fmt.Fprintln(a.out, changeLine(c, a.style())); err != nil {
				return err
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	if err := a.out.finish(nil); err != nil { // it is complete, whatever it says
		return err
	}
	return errDifferent
}

// detached is the construct of a source; of bytes, without a host.
func (a *app) detached(ctx context.Context, s *source, d *database) (expr.Node, error) {
	if s.bytes == nil && a.opts.signing.trust == "" {
		n, _, err := a.node(ctx, s, d)
		return n, err
	}
	b, err := a.payload(s)
	if err != nil {
		return nil, err
	}
	l, err := serializer.Detached(b, serializer.Limits{})
	if err != nil {
		return nil, &refusedError{s.name, err}
	}
	return l.Root, nil
}
