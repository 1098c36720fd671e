package registry

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Limits of a folder.
const (
	maxFileName = 255

	maxFiles = 100_000
	maxFile  = 2*maxBytes + 10*maxDoc // the bytes in Base64, and what JSON makes of a text
)

const extension = ".query.json"

// Files are queries in the files of a folder, one each, which others put there. Their names
// are "NAME@VERSION.query.json", where what is no small letter, digit, "-", "_" or "." is %XX;
// they hold a [Query] as JSON. FindHash reads all of them.
type Files struct{ FS fs.FS }

// Dir is [Files] of a folder that queries can be added to. A file is there as a whole or not
// at all.
type Dir string

// Add refuses: an fs.FS cannot be written.
func (Files) Add(context.Context, []Query) error {
	return errors.New("registry: files of an fs.FS cannot be added to; use a Dir")
}

// Find returns a query; see [Store].
func (f Files) Find(_ context.Context, name string, version int) (*Query, error) {
	if version == 0 {
		files, err := f.list(escaped(name) + "@")
		if err != nil || len(files) == 0 {
			return nil, err
		}
		return f.read(files[len(files)-1])
	}
	q, err := f.read(file{escaped(name), version})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return q, err
}

// FindHash returns a query; see [Store].
func (f Files) FindHash(ctx context.Context, hash string) (*Query, error) {
	for q, err := range f.All(ctx) {
		if err != nil || q.Hash == hash {
			return q, err
		}
	}
	return nil, nil
}

// All iterates over all queries; see [Store].
func (f Files) All(ctx context.Context) iter.Seq2[*Query, error] {
	return func(yield func(*Query, error) bool) {
		files, err := f.list("")
		if err != nil {
			yield(nil, err)
			return
		}
		for _, at := range files {
			q, err := f.read(at)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(q, nil) {
				return
			}
		}
	}
}

// file is the name of one, in its parts.
type file struct {
	name    string // escaped
	version int
}

func (f file) String() string { return f.name + "@" + strconv.Itoa(f.version) + extension }

// list returns the files whose names begin with prefix, in order.
func (f Files) list(prefix string) ([]file, error) {
	entries, err := fs.ReadDir(f.FS, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []file
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), extension)
		name, version, _ := strings.Cut(base, "@")
		n, err := strconv.Atoi(version)
		if !ok || err != nil || n < 1 || !strings.HasPrefix(base, prefix) || e.Name() != (file{name, n}).String() {
			continue
		}
		if files = append(files, file{name, n}); len(files) > maxFiles {
			return nil, fmt.Errorf("registry: the folder has more than %d queries", maxFiles)
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(cmp.Compare(a.name, b.name), a.version-b.version) })
	return files, nil
}

// read reads a file, of which nothing is believed.
func (f Files) read(at file) (*Query, error) {
	corrupt := func(err error) error {
		return &Error{CodeCorrupt, fmt.Sprintf("file %s: %v", at, err)}
	}
	info, err := fs.Stat(f.FS, at.String())
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular(): // reading a pipe or a device may never end
		return nil, corrupt(errors.New("it is no regular file"))
	}
	r, err := f.FS.Open(at.String())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxFile:
		return nil, corrupt(fmt.Errorf("it has more than %d bytes", maxFile))
	}
	var q Query
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return nil, corrupt(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, corrupt(errors.New("something stands behind the query"))
	}
	if escaped(q.Name) != at.name || q.Version != at.version {
		return nil, corrupt(fmt.Errorf("it holds query %q, version %d", q.Name, q.Version))
	}
	return &q, nil
}

// escaped is a name as a file's.
func escaped(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' && i > 0 {
			b.WriteByte(c)
		} else { // capitals, too: some folders do not tell them from small letters
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func (d Dir) files() Files { return Files{os.DirFS(string(d))} }

// Find returns a query; see [Store].
func (d Dir) Find(ctx context.Context, name string, version int) (*Query, error) {
	return d.files().Find(ctx, name, version)
}

// FindHash returns a query; see [Store].
func (d Dir) FindHash(ctx context.Context, hash string) (*Query, error) {
	return d.files().FindHash(ctx, hash)
}

// All iterates over all queries; see [Store].
func (d Dir) All(ctx context.Context) iter.Seq2[*Query, error] { return d.files().All(ctx) }

// Add writes the files; see [Store]. It makes the folder where there is none.
func (d Dir) Add(_ context.Context, queries []Query) (err error) {
	if err := os.MkdirAll(string(d), 0o755); err != nil {
		return err
	}
	var done []string
	defer func() {
		if err != nil {
			for _, path := range done {
				_ = os.Remove(path) // the first error says more
			}
		}
	}()
	for _, q := range queries {
		name := file{escaped(q.Name), q.Version}.String()
		if len(name) > maxFileName {
			return &Error{CodeDraft, fmt.Sprintf("query %q: its name is too long for a file's, with what is escaped", q.Name)}
		}
		path := filepath.Join(string(d), name)
		if err := writeNew(path, q); err != nil {
			return err
		}
		done = append(done, path)
	}
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(path string, q Query) error {
	text, err := json.MarshalIndent(q, "", "  ")
	if err != nil {
		return err
	}
	t, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(t.Name())
	_, err = t.Write(append(text, '\n'))
	if err == nil {
		err = t.Sync()
	}
	if failed := t.Close(); err == nil {
		err = failed
	}
	if err == nil {
		err = os.Chmod(t.Name(), 0o644)
	}
	if err != nil {
		return err
	}
	if err = os.Link(t.Name(), path); errors.Is(err, fs.ErrExist) { // a link never replaces what is there
		return ErrConflict
	}
	return err
}
