// Package registry keeps queries as bytes, by names with versions and by the hashes of the
// bytes: in files ([Dir], [Files]), or in a table of a database (package sqlstore).
//
//	reg := registry.New(registry.Dir("queries"))
//	kept, err := reg.Put(ctx, registry.Draft{Name: "sales/top", Bytes: b}) // version 1; again: version 1
//	q, err := reg.Get(ctx, "sales/top")                                    // the latest
//	l, err := q.Load(serializer.Binding{MetaData: meta})
//
// What is kept is never changed: other bytes are another version. A bundle of a plugin is put
// as one draft a query, in one call: all are kept or none. What a store gives is held to its
// hash, so that a store that was tampered with gives no other query; whether the query may run
// is the policy's to say.
package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sqlser/sqlser/serializer"
)

// Query is a query that is kept.
type Query struct {
	Name    string `json:"name"`
	Version int    `json:"version"`         // of the name, from 1
	Label   string `json:"label,omitempty"` // the host's own, such as the version of a plugin
	Doc     string `json:"doc,omitempty"`
	Hash    string `json:"hash"`  // SHA-256 of the bytes, in hexadecimal
	Bytes   []byte `json:"bytes"` // as serializer.Dumps gives them
}

// Manifest reads what the bytes say of themselves: tables, parameters, columns. The error is a
// *[serializer.FormatError].
func (q *Query) Manifest() (*serializer.Manifest, error) { return serializer.ReadManifest(q.Bytes) }

// Load binds the query to a host, as [serializer.Loads] does.
func (q *Query) Load(b serializer.Binding) (*serializer.Loaded, error) {
	return serializer.Loads(q.Bytes, b)
}

// check holds a query to its hash, and to what was asked for.
func (q *Query) check(name string, version int, hash string) error {
	switch {
	case q.Hash != Hash(q.Bytes):
		return &Error{CodeCorrupt, fmt.Sprintf("query %q, version %d: its bytes do not have its hash", q.Name, q.Version)}
	case name != "" && q.Name != name || version > 0 && q.Version != version || hash != "" && q.Hash != hash:
		return &Error{CodeCorrupt, fmt.Sprintf("asked for %s, the store gave query %q, version %d", wanted(name, version, hash), q.Name, q.Version)}
	}
	return nil
}

// Hash is the SHA-256 of a query's bytes, in hexadecimal.
func Hash(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Draft is a query to keep.
type Draft struct {
	Name       string // up to 200 bytes, without control characters
	Label, Doc string // up to 100 and 10,000 bytes
	Bytes      []byte
}

// Limits of what is kept.
const (
	maxName  = 200
	maxLabel = 100
	maxDoc   = 10_000
	maxBytes = serializer.DefaultBytes
	maxPut   = 1000 // drafts of one call
	maxTries = 50   // to put them, where others put versions of the same names
)

// Store keeps queries. It is safe for concurrent use, from several processes, too.
type Store interface {
	// Add keeps all queries or none. The error is [ErrConflict] where there is one already
	// of a name and version.
	Add(ctx context.Context, queries []Query) error

	// Find returns the query of a name and version, or the latest of the name for version 0;
	// nil where there is none.
	Find(ctx context.Context, name string, version int) (*Query, error)

	// FindHash returns a query with the hash, or nil.
	FindHash(ctx context.Context, hash string) (*Query, error)

	// All iterates over all queries, by names and, of one name, by versions; an error is last.
	All(ctx context.Context) iter.Seq2[*Query, error]
}

// ErrConflict says that there is a query of the name and version.
var ErrConflict = errors.New("registry: there is a query of this name and version")

// Code names a sort of error; codes are stable.
type Code string

// The codes.
const (
	CodeDraft    Code = "registry_draft"     // what cannot be kept
	CodeNotFound Code = "registry_not_found" // no query of the name, version or hash
	CodeCorrupt  Code = "registry_corrupt"   // what a store gives is not what was kept
	CodeRefused  Code = "registry_refused"   // bytes that are not on the list of those that may run
)

// Error says why a query is not kept or not given. Errors of the store itself are its own.
type Error struct {
	Code   Code
	Reason string
}

// Error says what is wrong.
func (e *Error) Error() string { return "registry: " + e.Reason }

// Registry finds queries in a store. It is safe for concurrent use.
type Registry struct{ store Store }

// New returns the registry of a store.
func New(s Store) *Registry { return &Registry{s} }

// Put keeps queries, all or none, and returns them as they are kept: each as a version one
// higher than the latest of its name, but as the latest itself where that has the same bytes.
// Bytes that are no sound payload are an *[Error] of CodeDraft.
func (r *Registry) Put(ctx context.Context, drafts ...Draft) ([]Query, error) {
	if err := checkDrafts(drafts); err != nil {
		return nil, err
	}
	for tried := 0; ; tried++ {
		kept := make([]Query, len(drafts))
		var added []Query
		for i, d := range drafts {
			latest, err := r.store.Find(ctx, d.Name, 0)
			if err != nil {
				return nil, err
			}
			kept[i] = Query{d.Name, 1, d.Label, d.Doc, Hash(d.Bytes), d.Bytes}
			if latest != nil {
				if latest.Hash == kept[i].Hash {
					kept[i] = *latest
					continue
				}
				kept[i].Version = latest.Version + 1
			}
			added = append(added, kept[i])
		}
		if len(added) == 0 {
			return kept, nil
		}
		err := r.store.Add(ctx, added)
		if err == nil {
			return kept, nil
		}
		if !errors.Is(err, ErrConflict) || tried == maxTries { // else somebody else was quicker
			return nil, err
		}
		select { // so that of many who put the same name each has a turn
		case <-time.After(rand.N(time.Duration(tried+1) * time.Millisecond)):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func checkDrafts(drafts []Draft) error {
	wrong := func(d Draft, format string, args ...any) error {
		return &Error{CodeDraft, fmt.Sprintf("query %q: ", d.Name[:min(len(d.Name), maxName)]) + fmt.Sprintf(format, args...)}
	}
	if len(drafts) > maxPut {
		return &Error{CodeDraft, fmt.Sprintf("expected at most %d queries, got %d", maxPut, len(drafts))}
	}
	names := make(map[string]bool, len(drafts))
	for _, d := range drafts {
		switch {
		case d.Name == "" || len(d.Name) > maxName || !utf8.ValidString(d.Name) || strings.ContainsFunc(d.Name, unicode.IsControl):
			return wrong(d, "expected a name of 1 to %d bytes without control characters", maxName)
		case names[d.Name]:
			return wrong(d, "it stands twice")
		case len(d.Label) > maxLabel || !utf8.ValidString(d.Label) || len(d.Doc) > maxDoc || !utf8.ValidString(d.Doc):
			return wrong(d, "expected a label of at most %d bytes and a doc of at most %d, in UTF-8", maxLabel, maxDoc)
		}
		names[d.Name] = true
		l, err := serializer.Detached(d.Bytes, serializer.Limits{})
		if err != nil {
			return wrong(d, "%v", err)
		}
		if l.Statement == nil {
			return wrong(d, "the bytes are of no statement")
		}
	}
	return nil
}

// Get returns the latest query of a name. The error is an *[Error], or the store's.
func (r *Registry) Get(ctx context.Context, name string) (*Query, error) {
	return r.GetVersion(ctx, name, 0)
}

// GetVersion is Get of a version; 0 is the latest.
func (r *Registry) GetVersion(ctx context.Context, name string, version int) (*Query, error) {
	q, err := r.store.Find(ctx, name, version)
	return given(q, err, name, version, "")
}

// GetHash returns a query by the hash of its bytes, in hexadecimal.
func (r *Registry) GetHash(ctx context.Context, hash string) (*Query, error) {
	q, err := r.store.FindHash(ctx, hash)
	return given(q, err, "", 0, hash)
}

func given(q *Query, err error, name string, version int, hash string) (*Query, error) {
	if err == nil && q == nil {
		err = &Error{CodeNotFound, "no " + wanted(name, version, hash)}
	} else if err == nil {
		err = q.check(name, version, hash)
	}
	if err != nil {
		return nil, err
	}
	return q, nil
}

func wanted(name string, version int, hash string) string {
	switch {
	case hash != "":
		return fmt.Sprintf("query with the hash %.64q", hash)
	case version > 0:
		return fmt.Sprintf("query %.200q, version %d", name, version)
	}
	return fmt.Sprintf("query %.200q", name)
}

// All iterates over all queries, by names and, of one name, by versions; an error is last.
func (r *Registry) All(ctx context.Context) iter.Seq2[*Query, error] {
	return func(yield func(*Query, error) bool) {
		for q, err := range r.store.All(ctx) {
			if err == nil {
				err = q.check("", 0, "")
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

// Checked is how a query that is kept fits a host.
type Checked struct {
	Query  *Query
	Report serializer.Report
	Err    error // a *[serializer.FormatError], of bytes that this version does not read
}

// Check reports how each query fits a host, as [serializer.Check] does: before a schema is
// changed, what the change would break.
func (r *Registry) Check(ctx context.Context, b serializer.Binding) ([]Checked, error) {
	var all []Checked
	for q, err := range r.All(ctx) {
		if err != nil {
			return nil, err
		}
		report, err := serializer.Check(q.Bytes, b)
		all = append(all, Checked{q, report, err})
	}
	return all, nil
}

// Allowed are the queries that may run: those that a registry held when it was asked. It is
// immutable.
type Allowed struct{ hashes map[[sha256.Size]byte]bool }

// Allowed returns the list of what is kept now, all versions.
func (r *Registry) Allowed(ctx context.Context) (*Allowed, error) {
	a := &Allowed{map[[sha256.Size]byte]bool{}}
	for q, err := range r.All(ctx) {
		if err != nil {
			return nil, err
		}
		a.hashes[sha256.Sum256(q.Bytes)] = true
	}
	return a, nil
}

// Len returns how many they are.
func (a *Allowed) Len() int { return len(a.hashes) }

// Loads is [serializer.Loads] for what is on the list; else the error is an *[Error] of
// CodeRefused, and nothing of the bytes is read.
func (a *Allowed) Loads(b []byte, binding serializer.Binding) (*serializer.Loaded, error) {
	if !a.hashes[sha256.Sum256(b)] {
		return nil, &Error{CodeRefused, "these bytes are not registered"}
	}
	return serializer.Loads(b, binding)
}
