package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/internal/golden"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

var testCommand = &command{
	name: "test", args: "dir", doc: "test a folder's plugins and scripts: golden SQL and rows in testdata, and *_test.lua; -update writes what is golden",
	flags: []string{"db", "meta", "read-only", "update"},
	run:   runTest,
}

// Where tests of a folder have what is golden: testdata/NAME/QUERY.sql and .csv for the
// queries of the plugin NAME.lua, testdata/NAME.sql and .csv for the query that a script
// returns. Values of parameters are in testdata/NAME.json, rows to run on in
// testdata/sample.sql.
const (
	goldenFolder = "testdata"
	testSuffix   = "_test.lua"
	sampleFile   = "sample.sql"
)

// errTests says that tests failed, which the output has told.
var errTests = errors.New("tests failed")

// tester runs the tests of a folder.
type tester struct {
	*app
	dir     string
	root    *os.Root
	files   fs.FS // of root
	db      *database
	rt      *luabind.Runtime // builds only
	base    string           // of what is golden for the file that is tested
	params  []param          // of its queries
	golden  map[string]bool  // the golden files that belong to something
	queries map[string]expr.Statement
	ran     int
	failed  int
}

// runTest tests the files of a folder, by their names, then those that are tests.
func runTest(ctx context.Context, a *app, words []string) error {
	if len(words) != 1 {
		return usagef("test: which folder? Say sqlser-repl test dir")
	}
	root, err := os.OpenRoot(words[0])
	if err != nil {
		return usagef("test: cannot read %s: %s", words[0], reasonOf(err))
	}
	defer root.Close()
	t := &tester{app: a, dir: words[0], root: root, files: root.FS(), golden: map[string]bool{}, queries: map[string]expr.Statement{}}
	names, err := fs.Glob(t.files, "*.lua")
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("test: %s has no *.lua", words[0])
	}
	if t.db, err = t.openSample(ctx); err != nil {
		return err
	}
	defer t.db.Close()
	if t.rt, err = a.runtime(t.db, nil, a.stderr, luabind.WithModules(t.files)); err != nil {
		return err
	}
	isTest := func(name string) bool { return strings.HasSuffix(name, testSuffix) }
	for _, name := range slices.DeleteFunc(slices.Clone(names), isTest) {
		if err := t.file(ctx, name); err != nil {
			return err
		}
	}
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return !isTest(name) }) {
		if err := t.script(ctx, name); err != nil {
			return err
		}
	}
	a.note("%s, %d failed", show.Counted(t.ran, "test"), t.failed)
	if t.ran == 0 {
		return usagef("test: %s has no plugin, no script that returns a query, and no *%s", words[0], testSuffix)
	}
	if t.failed > 0 {
		return errTests
	}
	return nil
}

// openSample opens what the tests run on: the database of -db, the rows of
// testdata/sample.sql on SQLite, or the demo.
func (t *tester) openSample(ctx context.Context) (*database, error) {
	script, err := t.root.ReadFile(goldenFolder + "/" + sampleFile)
	if t.dsn() != "" || errors.Is(err, fs.ErrNotExist) {
		return t.open(ctx, "test", true, t.opts.meta != "")
	}
	if err != nil {
		return nil, usagef("test: cannot read %s: %s", sampleFile, reasonOf(err))
	}
	meta, err := t.metaFile(ctx)
	if err != nil {
		return nil, err
	}
	options := openOptions{readOnly: t.opts.readOnly, meta: meta}
	d, err := openMemory(ctx, sampleFile, string(script), options)
	return d.known(ctx, options, err)
}

// say writes what came of a test.
func (t *tester) say(name, text string, err error) error {
	if t.ran++; err == nil {
		_, err = fmt.Fprintf(t.out, "ok    %s: %s\n", show.Visible(name), show.Visible(text))
		return err
	}
	t.failed++
	lines := strings.Split(show.VisibleLines(err.Error()), "\n")
	_, err = fmt.Fprintf(t.out, "FAIL  %s: %s\n", show.Visible(name), strings.Join(lines, "\n      "))
	return err
}

// file tests the queries of a plugin, or of a script that returns one. What returns
// anything else is there to be required.
func (t *tester) file(ctx context.Context, name string) error {
	source, err := fs.ReadFile(t.files, name)
	if err != nil {
		return t.say(name, "", errors.New(reasonOf(err)))
	}
	values, err := t.rt.Run(ctx, name, string(source))
	if stop := ctx.Err(); stop != nil {
		return stop
	}
	if err != nil {
		return t.say(name, "", err)
	}
	base := goldenFolder + "/" + strings.TrimSuffix(name, ".lua")
	if len(values) != 1 {
		return nil
	}
	switch v := values[0].(type) {
	case expr.Statement:
		t.queries[name] = v
		if err := t.readParams(base, v); err != nil {
			return t.say(name, "", err)
		}
		return t.query(ctx, name, base, v)
	case luabind.Opaque:
		if v != luabind.OpaquePlugin {
			return nil
		}
		return t.plugin(ctx, name, base)
	}
	return nil
}

func (t *tester) plugin(ctx context.Context, name, base string) error {
	p, err := t.rt.LoadPlugin(ctx, t.files, name)
	if err != nil {
		return t.say(name, "", err)
	}
	keys := slices.Sorted(maps.Keys(p.Queries))
	all := make([]expr.Statement, len(keys))
	for i, key := range keys {
		all[i] = p.Queries[key].Query
		t.queries[name+"#"+key] = all[i]
	}
	if err := t.readParams(base, all...); err != nil {
		return t.say(name, "", err)
	}
	for i, key := range keys {
		if err := t.query(ctx, name+"#"+key, base+"/"+key, all[i]); err != nil {
			return err
		}
	}
	return t.stale(name, base)
}

// readParams reads the values of parameters that go with a file. All must be some
// query's.
func (t *tester) readParams(base string, queries ...expr.Statement) error {
	t.base, t.params = base, nil
	file := base + ".json"
	b, err := fs.ReadFile(t.files, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		t.params, err = readParamObject(b)
	}
	if err != nil {
		return fmt.Errorf("%s: %s", file, err)
	}
	var names []string
	for _, q := range queries {
		for _, p := range expr.DependenciesOf(q).Parameters {
			names = append(names, p.Name())
		}
	}
	for _, p := range t.params {
		if !slices.Contains(names, p.name) {
			return fmt.Errorf("%s: no query has a parameter %q%s", file, p.name, schema.DidYouMean(p.name, names))
		}
	}
	return nil
}

// query compares the SQL and the rows of one query.
func (t *tester) query(ctx context.Context, name, base string, q expr.Statement) error {
	text, err := golden.SQL(q)
	if err == nil {
		err = t.compare(base+".sql", text)
	}
	told := "SQL"
	if err == nil {
		var rows string
		rows, told, err = t.rows(ctx, q)
		if stop := ctx.Err(); stop != nil {
			return stop
		}
		if err == nil && rows != "" {
			err = t.compare(base+".csv", rows)
		}
	}
	return t.say(name, told, err)
}

// rows runs a query in a transaction that is taken back. Without a value for each
// parameter, without a database or in one that cannot say it, there are none to compare.
func (t *tester) rows(ctx context.Context, q expr.Statement) (text, told string, err error) {
	if t.db.db == nil {
		return "", "SQL, without a database", nil
	}
	declared, optional := expr.DependenciesOf(q).Parameters, expr.OptionalParameters(q)
	var own []param
	for _, d := range declared {
		at := slices.IndexFunc(t.params, func(p param) bool { return p.name == d.Name() })
		switch _, hasDefault := d.Default(); {
		case at >= 0:
			own = append(own, t.params[at])
		case !hasDefault && !declares(optional, d):
			return "", fmt.Sprintf("SQL alone: %s.json has no value for %s", t.base, d.Name()), nil
		}
	}
	params, err := parseParams(own, true, q)
	if err != nil {
		return "", "", err
	}
	if _, err := compile(q, t.db.dialect); err != nil {
		return "", "SQL alone: " + err.Error(), nil
	}
	values := engine.Params{}
	for name, v := range params {
		values[name] = v
	}
	err = t.takenBack(ctx, func(tx *engine.Session) error {
		if len(q.Outputs()) == 0 {
			c, err := tx.Exec(ctx, q, values)
			text, told = fmt.Sprintf("rows changed\n%d\n", c.Rows), "SQL, "+show.Counted(int(c.Rows), "row")+" changed"
			return err
		}
		r, err := tx.Query(ctx, q, values)
		if err != nil {
			return err
		}
		defer func() { _ = r.Close() }() // CSV has what counts
		var n int
		text, n, err = golden.CSV(r)
		told = "SQL, " + show.Counted(n, "row")
		return err
	})
	return text, told, err
}

// takenBack runs f in a transaction of which nothing stays.
func (t *tester) takenBack(ctx context.Context, f func(tx *engine.Session) error) error {
	done := errors.New("taken back")
	err := newSession(t.db).Transaction(ctx, func(tx *engine.Session) error {
		if err := f(tx); err != nil {
			return err
		}
		return done
	})
	if errors.Is(err, done) {
		return nil
	}
	return err
}

// compare compares a text with a golden file, which -update writes.
func (t *tester) compare(file, text string) error {
	t.golden[file] = true
	want, err := fs.ReadFile(t.files, file)
	switch {
	case err == nil && string(want) == text:
		return nil
	case t.opts.update:
		if err := t.root.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return fmt.Errorf("cannot write %s: %s", file, reasonOf(err))
		}
		if err := t.root.WriteFile(file, []byte(text), 0o666); err != nil {
			return fmt.Errorf("cannot write %s: %s", file, reasonOf(err))
		}
		t.note("written: %s", file)
		return nil
	case err != nil:
		return fmt.Errorf("cannot read %s: %s; -update writes it", file, reasonOf(err))
	}
	return fmt.Errorf("%s: %s", file, golden.Difference(string(want), text))
}

// stale finds golden files of queries that a plugin no longer has.
func (t *tester) stale(name, base string) error {
	files, err := fs.ReadDir(t.files, base)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, f := range files {
		file := base + "/" + f.Name()
		ext := filepath.Ext(file)
		_, query := t.queries[name+"#"+strings.TrimSuffix(f.Name(), ext)]
		switch {
		case ext != ".sql" && ext != ".csv" || t.golden[file]:
		case t.opts.update:
			if err := t.root.Remove(file); err != nil {
				return fmt.Errorf("cannot remove %s: %s", file, reasonOf(err))
			}
			t.note("removed: %s", file)
		case query && t.db.db == nil:
		case query:
			err = t.say(name, "", fmt.Errorf("%s was not compared: its query gives no rows here; -update removes it", file))
		default:
			err = t.say(name, "", fmt.Errorf("%s is of no query that there is; -update removes it", file))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// script runs a test in Lua: it passes unless it raises an error. It has the session, on
// a transaction that is taken back, the files of the folder by require, and by
// saved "plugin.lua#query" the bytes of the queries there.
func (t *tester) script(ctx context.Context, name string) error {
	source, err := fs.ReadFile(t.files, name)
	if err != nil {
		return t.say(name, "", errors.New(reasonOf(err)))
	}
	options := []luabind.Option{luabind.WithModules(t.files), luabind.WithFunction(t.saved())}
	run := func(s luabind.Session) error {
		rt, err := t.runtime(t.db, s, t.stderr, options...)
		if err == nil {
			_, err = rt.Run(ctx, name, string(source))
		}
		return err
	}
	if t.db.db == nil {
		err = run(nil)
	} else {
		err = t.takenBack(ctx, func(tx *engine.Session) error { return run(session{tx}) })
	}
	if stop := ctx.Err(); stop != nil {
		return stop
	}
	return t.say(name, "passed", err)
}

// saved is the function that gives tests in Lua the queries of the folder, as a host has
// them: sql.load(saved "top.lua#best").
func (t *tester) saved() luabind.Function {
	return luabind.Function{
		Name: "saved", Doc: "the bytes of a query of the folder, such as top.lua#best",
		Params: []luabind.FunctionParam{{Name: "query", Type: schema.Text}}, Result: schema.LargeBinary,
		Call: func(_ context.Context, args []expr.Value) (expr.Value, error) {
			name := args[0].Plain()
			q, ok := t.queries[name]
			if !ok {
				return expr.Value{}, fmt.Errorf("there is no query %q%s", name, schema.DidYouMean(name, slices.Sorted(maps.Keys(t.queries))))
			}
			b, err := serializer.Dumps(q)
			return expr.Bytes(b), err
		},
	}
}
