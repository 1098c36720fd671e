// Package expr says what can be asked: an immutable tree of nodes.
//
// An [Expr] is a handle on a node with a value; its methods are the operators. A
// [Source] is what can stand in FROM. [Select] makes a statement of them:
//
//	u := expr.Table(users) // *schema.Table
//	q := expr.Select(u.C("id"), u.C("name")).
//		Where(u.C("name").Like("a%"), u.C("id").Gt(10)).
//		OrderBy(u.C("name").Asc()).Limit(10)
//
// Arguments of type any are operands: an Expr, a column of the metadata, or a Go
// value, which becomes a literal and travels as an argument, never as SQL text.
// A builder never fails: what is wrong is kept in the node and reported by
// [Err], and by everything that uses the tree.
//
// A node kind is one file: the struct, one method that names its fields in wire
// order, one check. [Specs] lists the kinds. Reading, writing, walking, rewriting,
// comparing, hashing and printing follow from the field list and know no kind.
// NODES.md, generated from Specs, lists them for people.
//
// [Resolve] readies a statement for a policy and a dialect.
//
// What SQLAlchemy's core has and this has not: tables that no metadata knows; SELECT INTO and CREATE TABLE AS; raw text in
// inserts, updates and deletes (INSERT IGNORE is OnConflict().DoNothing()); SEARCH and CYCLE of recursive queries (select the
// path); sequences (columns have an identity); TRY_CAST, percent of FETCH and OUT parameters, which none of the databases
// has; values written into the text; styles of labels. What one database has of its own is called by [UnknownFunc],
// [Expr.Custom] and [RawText], where a host grants it.
package expr
