// Package tests holds what crosses packages: who may import whom, conformance on
// real data, and limits from end to end.
package tests

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/sqlser/sqlser/"

// imports says what each package may depend on, directly or not: packages of
// ours, then modules of others. An embedding host pays for nothing else: no
// driver, no terminal library, no test library.
var imports = map[string]struct{ ours, others []string }{
	"schema":           {},
	"engine/expr":      {ours: []string{"schema"}},
	"engine/policy":    {ours: []string{"schema", "engine/expr"}},
	"engine/dialect":   {ours: []string{"schema", "engine/expr", "engine/policy"}},
	"engine/stmtcache": {},
	"engine":           {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "internal/lru"}},
	"engine/sloghook":  {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine", "internal/lru"}},
	"internal/lru":     {},
	// What is of one driver, and links it, for hosts that have it.
	"engine/pgxcopy":      {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine", "internal/lru"}, others: drivers},
	"engine/pgxcancel":    {others: drivers},
	"internal/golden":     {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine", "internal/lru"}},
	"schema/reflect":      {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect"}},
	"schema/ddl":          {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect"}},
	"serializer":          {ours: []string{"schema", "engine/expr", "engine/policy", "internal/lru"}, others: msgpack},
	"serializer/registry": {ours: []string{"schema", "engine/expr", "engine/policy", "internal/lru", "serializer"}, others: msgpack},
	"serializer/registry/sqlstore": {
		ours: []string{"schema", "schema/ddl", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine", "internal/lru", "serializer", "serializer/registry"}, others: msgpack},
	"luabind/luasource": {ours: []string{"schema", "engine/expr"}},
	"luabind":           {ours: []string{"schema", "engine/expr", "internal/lru", "luabind/luasource"}, others: []string{"github.com/yuin/gopher-lua"}},
	"luabind/luapolicy": {ours: []string{"schema", "engine/expr", "engine/policy", "internal/lru", "luabind", "luabind/luasource"}, others: []string{"github.com/yuin/gopher-lua"}},
	"scripts":           {},
	"scripts/demo":      {},
	"scripts/tpch":      {ours: []string{"schema"}},
	"tests/corpus":      {},
	"tests/sqlsertest":  {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine", "internal/lru", "internal/golden"}},
	// Drivers are linked by programs and tests alone: no package above imports these.
	"internal/connect": {ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine/pgxcancel"}, others: drivers},
	"tests/testdb": {
		ours: []string{"schema", "engine/expr", "engine/policy", "engine/dialect", "engine/stmtcache", "engine/pgxcancel", "internal/connect"},
		others: append([]string{"modernc.org", "github.com/stretchr/testify", "github.com/davecgh/go-spew", "github.com/pmezard/go-difflib", "gopkg.in/yaml.v3", "go.yaml.in/yaml/v3",
			"github.com/dustin/go-humanize", "github.com/mattn/go-isatty", "github.com/ncruces/go-strftime", "github.com/remyoudompheng/bigfft", "github.com/google/uuid", "golang.org/x/sys"}, drivers...),
	},
}

// msgpack is msgpack/v5 with what it imports.
var msgpack = []string{"github.com/vmihailenco/msgpack/v5", "github.com/vmihailenco/tagparser/v2"}

// drivers are those of PostgreSQL and MariaDB with what they import.
var drivers = []string{
	"github.com/jackc/pgx/v5", "github.com/jackc/pgpassfile", "github.com/jackc/pgservicefile", "github.com/jackc/puddle/v2",
	"golang.org/x/text", "golang.org/x/sync", "golang.org/x/crypto", "github.com/go-sql-driver/mysql", "filippo.io/edwards25519",
}

func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Name}}", module+"...").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		path, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		pkg := strings.TrimPrefix(path, module)
		if pkg == "tests" || name == "main" || strings.Contains(pkg, "cmd/") {
			continue // programs and tests link what they like
		}
		allowed, ok := imports[pkg]
		require.True(t, ok, "%s: say here what it may import", pkg)
		t.Run(pkg, func(t *testing.T) {
			deps, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", path).Output()
			require.NoError(t, err)
			for _, dep := range strings.Fields(string(deps)) {
				if ours, ok := strings.CutPrefix(dep, module); ok {
					require.True(t, ours == pkg || slices.Contains(allowed.ours, ours), "%s imports %s", pkg, ours)
					continue
				}
				require.True(t, slices.ContainsFunc(allowed.others, func(m string) bool { return dep == m || strings.HasPrefix(dep, m+"/") }),
					"%s imports %s", pkg, dep)
			}
		})
	}
	for pkg := range imports {
		require.Contains(t, string(out), module+pkg+" ", "no such package; take it out")
	}
}
