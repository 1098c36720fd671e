package luabind

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// PluginAPI is the version of what plugins are written for: api = 1.
const PluginAPI = 1

// OpaquePlugin is what Run returns of a script that returns sql.plugin{...}, which
// LoadPlugin reads.
const OpaquePlugin Opaque = "plugin"

// Plugin is what a plugin's script has declared: sql.plugin{...}. It never changes: a
// reload gives another, and what runs goes on with the one that it has.
type Plugin struct {
	API     int
	Name    string
	Version string
	Doc     string
	// SourceHash is of the script and of all files that it has required, by their names:
	// SHA-256 in hexadecimal digits.
	SourceHash string
	// Queries has an entry for each query, or, if it has options, for each combination of
	// them: by the query's name, then ",option=choice" for each option by its name.
	Queries map[string]*PluginQuery
}

// PluginQuery is a query of a plugin.
type PluginQuery struct {
	Name    string            // without its options
	Options map[string]string // the choice of each, or nil
	Doc     string
	Params  []*expr.Parameter // that it uses, by their names
	Query   expr.Statement
	Bytes   []byte
}

// Key is what [Plugin].Queries has the query by.
func (q *PluginQuery) Key() string {
	key := q.Name
	for _, option := range slices.Sorted(maps.Keys(q.Options)) {
		key += "," + option + "=" + q.Options[option]
	}
	return key
}

// PluginError holds everything that is wrong with a plugin, up to 100 errors.
type PluginError struct {
	File   string
	Errors []*Error
}

// Error has a line for each error.
func (e *PluginError) Error() string {
	lines := make([]string, len(e.Errors))
	for i, one := range e.Errors {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors.
func (e *PluginError) Unwrap() []error {
	list := make([]error, len(e.Errors))
	for i, one := range e.Errors {
		list[i] = one
	}
	return list
}

// maxPluginErrors is how many errors of a plugin are told.
const maxPluginErrors = 100

// LoadPlugin runs a plugin's script, builds its queries and makes their bytes, for which
// the Runtime needs a codec. The script may require files of its own directory and below,
// and those of the host. A script that fails is an *[Error]; what is wrong with what it
// declares is a *[PluginError] with all of it.
func (rt *Runtime) LoadPlugin(ctx context.Context, fsys fs.FS, name string) (*Plugin, error) {
	if rt.codec == nil {
		return nil, errors.New("luabind: a plugin needs a codec, which makes its queries' bytes")
	}
	source, err := rt.readSource(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("luabind: %w", err)
	}
	own, err := fs.Sub(fsys, path.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("luabind: %w", err)
	}
	proto, err := rt.compile(name, source)
	if err != nil {
		return nil, err
	}
	st := rt.NewState()
	defer st.Close()
	st.modules.from = append([]fs.FS{own}, st.modules.from...)
	files := map[string]string{"": source}
	st.modules.read = func(name, source string) { files[name] = source }
	var p *Plugin
	err = st.do(ctx, proto, nil, func() error {
		r := &pluginReader{st: st, file: name}
		p = r.read()
		if len(r.errs) > 0 {
			return &PluginError{File: name, Errors: r.errs}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.SourceHash = hashFiles(files)
	return p, nil
}

func hashFiles(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%d:%s%d:%s", len(name), name, len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}
