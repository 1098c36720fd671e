package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/serializer"
)

var repairCommand = &command{
	name: "repair", args: "q.sqb", doc: "its bytes for the schema of today, for -o r.sqb or a pipe; of a folder, for -o folder",
	flags: []string{"db", "meta", "o", "read-only", "trust", "purpose", "audience"}, makes: true,
	run: runRepair,
}

// runRepair rewrites saved queries for the schema, one or those of folders.
func runRepair(ctx context.Context, a *app, words []string) error {
	switch {
	case len(words) == 0:
		return usagef("repair: which query? Name its file or a folder, or say - for standard input")
	case len(words) > 1:
		return usagef("repair: expected one file or folder, got %q too", words[1])
	}
	info, err := os.Stat(words[0])
	folder := err == nil && info.IsDir()
	switch {
	case folder && a.opts.output == "":
		return usagef("repair: where to? Say -o folder")
	case a.opts.output == "" && a.outTTY:
		return usagef("repair: the bytes are not for a terminal: say -o r.sqb, or use a pipe")
	}
	d, err := a.open(ctx, "repair", false, true)
	if err != nil {
		return err
	}
	defer d.Close()
	if folder {
		return a.repairFolder(ctx, words[0], d)
	}
	s, err := a.readSource(words[0])
	if err != nil {
		return err
	}
	b, err := a.repair(s, d)
	if err != nil {
		return err
	}
	if a.opts.output == "" {
		_, err = a.out.Write(b)
		return err
	}
	return writeOutput(a.opts.output, b)
}

// repair mends one query and tells what was other.
func (a *app) repair(s *source, d *database) ([]byte, error) {
	if s.bytes == nil {
		return nil, usagef("repair: expected the bytes of a query, and %s is a script: change it, then dump it", s.name)
	}
	b, signed, err := a.unsigned(s)
	if err != nil {
		return nil, err
	}
	r, err := serializer.Repair(b, serializer.Binding{MetaData: d.meta})
	var drift *serializer.DriftError
	switch {
	case errors.As(err, &drift):
		return nil, &unmendedError{s.name, drift}
	case err != nil:
		return nil, &refusedError{s.name, err}
	case len(r.Changes) == 0:
		a.note("%s: nothing to mend, the bytes are the same", show.Visible(s.name))
	}
	if signed {
		a.tell("%s: the signature is dropped: sign the new bytes", show.Visible(s.name))
	}
	for _, p := range r.Changes {
		a.note("%s: mended: %s", show.Visible(s.name), show.Visible(p.String()))
	}
	return r.Bytes, nil
}

// unmendedError is a query that repair cannot mend.
type unmendedError struct {
	name string
	err  *serializer.DriftError
}

func (e *unmendedError) Error() string { return e.name + ": " + e.err.Error() }
func (e *unmendedError) Unwrap() error { return e.err }

// repairFolder mends all that is in a folder, into another or into itself. What
// cannot be mended is told, and not written.
func (a *app) repairFolder(ctx context.Context, folder string, d *database) error {
	sum := &checkSum{counts: map[string]int{}}
	written := 0
	_, err := a.eachIn(ctx, folder, func(s saved) error {
		c := &checked{Answer: answerSame}
		b, err := []byte(nil), s.err
		if err == nil {
			b, err = a.repair(s.source, d)
		}
		var refused *refusedError
		var unmended *unmendedError
		switch {
		case err == nil:
			to := filepath.Join(a.opts.output, s.path)
			if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
				return usagef("-o: cannot make %s: %s", filepath.Dir(to), reasonOf(err))
			}
			if err := writeOutput(to, b); err != nil {
				return err
			}
			written++
		case errors.As(err, &unmended):
			c.Answer = serializer.Failure.String()
		case errors.As(err, &refused):
			c.Answer = answerRefused
		default:
			c.Answer = answerUnreadable
		}
		if err != nil {
			a.tell("%s", show.VisibleLines(err.Error()))
		}
		sum.add(c)
		return nil
	})
	if err != nil {
		return err
	}
	a.note("%d of %s written", written, show.Counted(sum.all, "file"))
	return sum.err()
}

// writeOutput writes a file as -o does: it appears when it is complete.
func writeOutput(path string, b []byte) error {
	out, err := createOutput(path)
	if err != nil {
		return err
	}
	_, err = out.Write(b)
	return errors.Join(err, out.finish(err))
}
