// Package scripts holds the Lua that ships with sqlser: example questions about
// the demo database, which is in scripts/demo. All of them run as tests.
package scripts

import "embed"

// Examples are the example queries, examples/*.lua: each a script that returns a
// query on the demo database.
//
//go:embed examples/*.lua
var Examples embed.FS

// Gallery are short scripts, gallery/*.lua, each of which shows one idea on the demo
// database and returns a statement.
//
//go:embed gallery/*.lua
var Gallery embed.FS

// Plugins are plugins for the demo database, plugins/*.lua. What they are tested by is
// beside them: sqlser-repl test scripts/plugins.
//
//go:embed plugins/dashboard.lua plugins/rules.lua plugins/segments.lua
var Plugins embed.FS

// Stubs are annotations of the script API for lua-language-server. Those of a host's
// own tables are luabind.MetaDataStubs.
//
//go:embed meta/sqlser.lua
var Stubs string
