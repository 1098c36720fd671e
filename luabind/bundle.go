package luabind

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
)

// Bundle is a plugin as a host keeps it: no script, only its queries' bytes and what is
// said about them.
type Bundle struct {
	API        int           `json:"api"`
	Name       string        `json:"name"`
	Version    string        `json:"version"`
	Doc        string        `json:"doc,omitempty"`
	SourceHash string        `json:"source_hash"`
	Queries    []BundleQuery `json:"queries"` // by their keys
}

// BundleQuery is a query in a Bundle.
type BundleQuery struct {
	Name    string            `json:"name"`
	Options map[string]string `json:"options,omitempty"`
	Doc     string            `json:"doc,omitempty"`
	Bytes   []byte            `json:"bytes"` // the codec's; base64 in JSON
}

// MaxBundle is how many bytes a bundle may have.
const MaxBundle = 16 << 20

// Bundle returns what a host stores of the plugin.
func (p *Plugin) Bundle() *Bundle {
	b := &Bundle{API: p.API, Name: p.Name, Version: p.Version, Doc: p.Doc, SourceHash: p.SourceHash, Queries: []BundleQuery{}}
	for _, key := range slices.Sorted(maps.Keys(p.Queries)) {
		q := p.Queries[key]
		b.Queries = append(b.Queries, BundleQuery{Name: q.Name, Options: maps.Clone(q.Options), Doc: q.Doc, Bytes: slices.Clone(q.Bytes)})
	}
	return b
}

// Bytes returns the bundle as JSON, in the one form that [ReadBundle] takes.
func (b *Bundle) Bytes() ([]byte, error) {
	out, err := json.Marshal(b)
	if err == nil && len(out) > MaxBundle {
		err = fmt.Errorf("luabind: the bundle has %d bytes, the limit is %d", len(out), MaxBundle)
	}
	return out, err
}

// ReadBundle reads what [Bundle.Bytes] wrote, and nothing else: no other order, spaces,
// names or repetitions.
func ReadBundle(data []byte) (*Bundle, error) {
	if len(data) > MaxBundle {
		return nil, fmt.Errorf("luabind: the bundle has %d bytes, the limit is %d", len(data), MaxBundle)
	}
	var b Bundle
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("luabind: no bundle: %w", err)
	}
	if b.API != PluginAPI {
		return nil, fmt.Errorf("luabind: the bundle is of api %d; expected %d", b.API, PluginAPI)
	}
	last := ""
	for _, q := range b.Queries {
		key := (&PluginQuery{Name: q.Name, Options: q.Options}).Key()
		if !isKeyPart(q.Name) || key <= last {
			return nil, fmt.Errorf("luabind: no bundle: the queries are not in order, or %q is no name", clipped(q.Name))
		}
		last = key
	}
	again, err := json.Marshal(&b)
	if err != nil {
		return nil, fmt.Errorf("luabind: no bundle: %w", err)
	}
	if !bytes.Equal(again, data) {
		return nil, errors.New("luabind: no bundle: it is not written as bundles are")
	}
	return &b, nil
}

// LoadBundle binds the queries of a bundle to the Runtime's metadata, by its codec. The
// error is a *[PluginError] with everything that does not fit.
func (rt *Runtime) LoadBundle(b *Bundle) (*Plugin, error) {
	if rt.codec == nil {
		return nil, errors.New("luabind: a bundle needs a codec, which reads its queries' bytes")
	}
	p := &Plugin{API: b.API, Name: b.Name, Version: b.Version, Doc: b.Doc, SourceHash: b.SourceHash, Queries: map[string]*PluginQuery{}}
	wrong := &PluginError{File: b.Name}
	for _, stored := range b.Queries {
		q := &PluginQuery{Name: stored.Name, Options: maps.Clone(stored.Options), Doc: stored.Doc}
		n, err := rt.codec.Load(stored.Bytes)
		if err == nil {
			if stmt, ok := n.(expr.Statement); ok {
				err = q.complete(rt, stmt)
			} else {
				err = faultf("the bytes are of no query")
			}
		}
		if err != nil && len(wrong.Errors) < maxPluginErrors {
			wrong.Errors = append(wrong.Errors, &Error{Code: CodeCall, File: b.Name, Reason: fmt.Sprintf("query %q: %v", q.Key(), err), Cause: causeOf(err)})
		}
		p.Queries[q.Key()] = q
	}
	if len(wrong.Errors) > 0 {
		return nil, wrong
	}
	return p, nil
}
