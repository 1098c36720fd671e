package bench

import (
	"bytes"
	"encoding/gob"
	"encoding/json"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/bench/peers"
	"github.com/sqlser/sqlser/tests/bench/tree"
)

// Those who are measured: Us, and whom we are held against.
const (
	Us     = "sqlser"
	Peer   = "msgp"    // for bytes
	ByHand = "by hand" // for SQL
)

// Case is one thing that one of them does with a query.
type Case struct {
	Query, Op, Who string
	Bytes          int // of the payload that is written or read; 0 for none
	Run            func()
	Drop           func() // lets go of much that Run holds, until it runs again; or nil
}

// Cases lists what is measured. The ops are build, dump, load, sql (of a standing
// tree: ours admitted and compiled), build+sql, load+sql, script (Lua that is compiled already, run in a fresh
// sandboxed state, to bytes), manifest (it alone), and scan: the tokens of our own
// payload read and dropped.
func Cases() (all []Case) {
	for _, q := range Queries() {
		all = append(all, ours(q)...)
		all = append(all, sqlCases(q)...)
		all = append(all, scripts(q)...)
		all = append(all, builders(q)...)
		all = append(all, codecs(q)...)
		all = append(all, parsers(q)...)
	}
	return all
}

var sink int // keeps results from being dropped before they are made

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// Binding is what payloads are bound to.
var Binding = serializer.Binding{MetaData: Meta}

func ours(q Query) []Case {
	stmt := q.Build()
	b := must(serializer.Dumps(stmt))
	return []Case{
		{q.Name, "build", Us, 0, func() { sink += expr.Size(q.Build()) }, nil},
		{q.Name, "dump", Us, len(b), func() { sink += len(must(serializer.Dumps(stmt))) }, nil},
		{q.Name, "load", Us, len(b), func() { must(serializer.Loads(b, Binding)) }, nil},
		{q.Name, "manifest", Us, len(b), func() { must(serializer.ReadManifest(b)) }, nil},
		{q.Name, "scan", Us, len(b), func() { sink += Tokens(b) }, nil},
	}
}

// builders are the other libraries, for the queries that they have.
func builders(q Query) (all []Case) {
	for _, b := range peers.All() {
		p, ok := b.Queries[q.Name]
		if !ok {
			continue
		}
		all = append(all, Case{q.Name, "build+sql", b.Name, 0, func() { use(p.Build()) }, nil})
		if p.Render != nil {
			all = append(all, Case{q.Name, "sql", b.Name, 0, func() { use(p.Render()) }, nil})
		}
	}
	return all
}

func codecs(q Query) []Case {
	s := tree.Of(q.Build())
	m, v, j, g := must(s.MarshalMsg(nil)), must(marshal(s)), must(json.Marshal(s)), must(gobOf(s))
	return []Case{
		{q.Name, "dump", Peer, len(m), func() { sink += len(must(s.MarshalMsg(nil))) }, nil},
		{q.Name, "load", Peer, len(m), func() { must(tree.New(s).UnmarshalMsg(m)) }, nil},
		{q.Name, "dump", "msgpack/v5", len(v), func() { sink += len(must(marshal(s))) }, nil},
		{q.Name, "load", "msgpack/v5", len(v), func() { check(unmarshal(v, tree.New(s))) }, nil},
		{q.Name, "dump", "json", len(j), func() { sink += len(must(json.Marshal(s))) }, nil},
		{q.Name, "load", "json", len(j), func() { check(json.Unmarshal(j, tree.New(s))) }, nil},
		{q.Name, "dump", "gob", len(g), func() { sink += len(must(gobOf(s))) }, nil},
		{q.Name, "load", "gob", len(g), func() { check(gob.NewDecoder(bytes.NewReader(g)).Decode(tree.New(s))) }, nil},
	}
}

// gobOf is a payload by itself, as each of ours is: with its types.
func gobOf(s tree.Root) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(s)
	return b.Bytes(), err
}

// marshal and unmarshal are msgpack's own, with the tags that the others read.

func marshal(s tree.Root) ([]byte, error) {
	var b bytes.Buffer
	e := msgpack.GetEncoder()
	defer msgpack.PutEncoder(e)
	e.Reset(&b)
	e.SetCustomStructTag("json")
	e.UseCompactInts(true)
	err := e.Encode(s)
	return b.Bytes(), err
}

func unmarshal(b []byte, s tree.Root) error {
	d := msgpack.GetDecoder()
	defer msgpack.PutDecoder(d)
	d.Reset(bytes.NewReader(b))
	d.SetCustomStructTag("json")
	return d.Decode(s)
}
