// Package serializer turns a query, or any part of one, into canonical bytes and
// back. [Dumps] puts persistent ids in the place of tables, columns, sessions and
// engines; [Loads] binds them to the host's own again:
//
//	b, err := serializer.Dumps(q)
//	l, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
//	l.Query // refers to the very tables and columns of meta
//
// The bytes are MessagePack; FORMAT.md specifies them. Equal queries have equal
// bytes, and the reader accepts no others: where a [Loaded.Drift] is empty, Dumps
// of what was loaded gives the bytes that were loaded. So their SHA-256 ([Hash])
// is the query's identity.
//
// Loading runs no code, allocates no more than the [Limits] allow, and is all or
// nothing. Malformed bytes give a [*FormatError] with node path and byte offset; a
// schema that has moved gives a [*DriftError] with every problem at once.
//
// [Check] reports how saved bytes fit the schema of today, [CheckManifest] does it
// for very many of them, and [Repair] writes them anew; COMPATIBILITY.md says what
// counts as what.
package serializer
