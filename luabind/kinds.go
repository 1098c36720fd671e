package luabind

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// kind is a sort of userdata: what a script holds of ours.
type kind uint8

const (
	kindModule    kind = iota // sql
	kindExpr                  // expr.Expr or expr.Item
	kindOrder                 // expr.Order
	kindSelect                // *expr.SelectStmt
	kindCompound              // *expr.CompoundStmt
	kindInsert                // *expr.InsertStmt
	kindUpdate                // *expr.UpdateStmt
	kindDelete                // *expr.DeleteStmt
	kindText                  // *expr.TextStmt
	kindSource                // expr.Source
	kindJoin                  // any other expr.FromClause
	kindRelated               // *expr.RelatedClause
	kindLoad                  // *expr.LoadOption
	kindSession               // sessionObject
	kindWindow                // expr.Window
	kindType                  // schema.Type
	kindValue                 // expr.Value: what no Lua value holds exactly
	kindRow                   // *row
	kindRecord                // Record
	kindNamespace             // namespace: db and its schemas
	kindColumns               // columnsOf: u.c
	kindNames                 // names: sql.fn, sql.types, db.tables
	kinds
)

// The receivers of methods that build no nodes.
const (
	onSession expr.Receiver = 100 + iota
	onRow
)

// kindTable says of each kind what errors call it, how an example names one, and
// whose methods it has.
var kindTable = [kinds]struct {
	name, self string
	on         []expr.Receiver
}{
	kindModule:    {"the module", "sql", []expr.Receiver{expr.OnModule, expr.OnConstant}},
	kindExpr:      {"an expression", "x", []expr.Receiver{expr.OnExpr}},
	kindOrder:     {"an order", "x:asc()", []expr.Receiver{expr.OnOrder}},
	kindSelect:    {"a query", "q", []expr.Receiver{expr.OnSelect, expr.OnQuery}},
	kindCompound:  {"a compound query", "q:union(q2)", []expr.Receiver{expr.OnCompound, expr.OnQuery}},
	kindInsert:    {"an insert", "sql.insert(u)", []expr.Receiver{expr.OnInsert, expr.OnChange}},
	kindUpdate:    {"an update", "sql.update(u)", []expr.Receiver{expr.OnUpdate, expr.OnChange}},
	kindDelete:    {"a delete", "sql.delete(u)", []expr.Receiver{expr.OnDelete, expr.OnChange}},
	kindText:      {"a query of raw text", "sql.text(sql):columns{...}", []expr.Receiver{expr.OnQuery}},
	kindSource:    {"a source", "u", []expr.Receiver{expr.OnSource, expr.OnFrom}},
	kindJoin:      {"a join", "u:join(a)", []expr.Receiver{expr.OnFrom}},
	kindRelated:   {"a relationship", "db.User.addresses", []expr.Receiver{expr.OnRelated}},
	kindLoad:      {"a loader option", "sql.joinedload(r)", []expr.Receiver{expr.OnLoad}},
	kindSession:   {"the session", "session", []expr.Receiver{onSession}},
	kindWindow:    {"a window", "sql.window(name)", nil},
	kindType:      {"a type", "sql.types.x", nil},
	kindValue:     {"a value", "v", nil},
	kindRow:       {"a row", "row", []expr.Receiver{onRow}},
	kindRecord:    {"a record", "record", nil},
	kindNamespace: {"the metadata", "db", nil},
	kindColumns:   {"the columns of a source", "u.c", nil},
	kindNames:     {"a list of names", "sql.fn", nil},
}

// has reports whether the kind has the methods of a receiver.
func (k kind) has(on expr.Receiver) bool {
	for _, r := range kindTable[k].on {
		if r == on {
			return true
		}
	}
	return false
}

// kindOf returns the kind of what a method made; false if it is none of ours.
func kindOf(v any) (kind, bool) {
	switch v.(type) {
	case expr.Expr, expr.Item:
		return kindExpr, true
	case expr.Order:
		return kindOrder, true
	case *expr.CompoundStmt:
		return kindCompound, true
	case *expr.TextStmt:
		return kindText, true
	case expr.Query:
		return kindSelect, true
	case *expr.InsertStmt:
		return kindInsert, true
	case *expr.UpdateStmt:
		return kindUpdate, true
	case *expr.DeleteStmt:
		return kindDelete, true
	case expr.Window:
		return kindWindow, true
	case expr.Source:
		return kindSource, true
	case *expr.RelatedClause:
		return kindRelated, true
	case *expr.LoadOption:
		return kindLoad, true
	case expr.FromClause:
		return kindJoin, true
	case schema.Type:
		return kindType, true
	case expr.Value:
		return kindValue, true
	case *row:
		return kindRow, true
	case Record:
		return kindRecord, true
	}
	return 0, false
}

// errorIn returns the error that what a method made carries, or nil.
func errorIn(v any) error {
	switch v := v.(type) {
	case expr.Expr:
		return v.Err()
	case expr.Item:
		return v.Expr().Err()
	case expr.Order:
		return v.Expr().Err()
	case expr.Node:
		return expr.Err(v)
	}
	return nil
}
