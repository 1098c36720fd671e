package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// closingRows are rows of a query.
type closingRows interface {
	rowSource
	Close() error
}

// queryRows runs a query. Where its options load what belongs to the entities that it gives, they come with
// that, as JSON; else rows stream.
func queryRows(ctx context.Context, sess *engine.Session, q expr.Statement, params engine.Params) (closingRows, error) {
	e := loadedEntity(q)
	if e == nil {
		return sess.Query(ctx, q, params)
	}
	list, err := engine.All[*engine.Record](ctx, sess, q, params)
	if err != nil {
		return nil, err
	}
	rows := &listedRows{at: -1}
	for _, r := range list {
		rows.add(recordCells(r, nil))
	}
	if len(list) == 0 {
		for _, a := range e.Attributes() {
			if !a.IsDeferred() {
				rows.columns = append(rows.columns, engine.Column{Name: a.Name(), Type: a.Type()})
			}
		}
	}
	return rows, nil
}

// loadedEntity is the entity that is all that a query gives, if its options load more with it; else nil.
func loadedEntity(q expr.Statement) *schema.Entity {
	s, ok := q.(*expr.SelectStmt)
	if !ok || s.Items().Len() != 1 {
		return nil
	}
	whole, ok := s.Items().At(0).Expr().Node().(*expr.EntityExpr)
	if !ok {
		return nil
	}
	for _, o := range s.LoadOptions().All() {
		if o.Related() != nil {
			return expr.EntityOf(whole.Source())
		}
	}
	return nil
}

// cell is a value of a row with its column.
type cell struct {
	column engine.Column
	value  expr.Value
}

// recordCells are what was loaded of a record: its attributes, and as JSON what its relationships lead to, but
// for what it is reached by.
func recordCells(r luabind.Record, above []luabind.Record) []cell {
	var cells []cell
	for _, a := range r.Entity().Attributes() {
		if v, err := r.Member(a.Name()); err == nil { // else it was not loaded
			value, _ := v.(expr.Value)
			cells = append(cells, cell{engine.Column{Name: a.Name(), Type: a.Type()}, value})
		}
	}
	above = append(slices.Clone(above), r)
	for _, rel := range r.Entity().Relationships() {
		v, err := r.Member(rel.Name())
		if one, ok := v.(luabind.Record); err != nil || ok && slices.Contains(above, one) {
			continue
		}
		cells = append(cells, cell{engine.Column{Name: rel.Name(), Type: schema.JSON}, recordJSON(v, above)})
	}
	return cells
}

// recordJSON is a record or a list of them as a value of JSON; of nothing NULL.
func recordJSON(v any, above []luabind.Record) expr.Value {
	text := ""
	switch v := v.(type) {
	case luabind.Record:
		text = objectText(recordCells(v, above))
	case []any:
		parts := make([]string, 0, len(v))
		for _, one := range v {
			if r, ok := one.(luabind.Record); ok {
				parts = append(parts, objectText(recordCells(r, above)))
			}
		}
		text = "[" + strings.Join(parts, ",") + "]"
	default:
		return expr.Value{}
	}
	value, err := expr.ParseValue(schema.JSON, text)
	if err != nil { // larger than a value may be
		value, _ = expr.ParseValue(schema.JSON, `"..."`)
	}
	return value
}

// objectText is a row as the format jsonl has it.
func objectText(cells []cell) string {
	var b bytes.Buffer
	columns, values := make([]engine.Column, len(cells)), make([]expr.Value, len(cells))
	for i, c := range cells {
		columns[i], values[i] = c.column, c.value
	}
	w, err := engine.NewJSONLWriter(&b, columns)
	if err == nil {
		err = w.Row(values)
	}
	if err != nil { // two of one name: an entity has none
		return "null"
	}
	return strings.TrimSpace(b.String())
}

// listedRows are rows that are all there.
type listedRows struct {
	columns []engine.Column
	list    [][]expr.Value
	at      int
}

// add adds a row. Its columns are put beside those that the rows before it have.
func (r *listedRows) add(cells []cell) {
	row := make([]expr.Value, len(r.columns))
	for _, c := range cells {
		i := slices.Index(r.columns, c.column)
		if i < 0 {
			i = len(r.columns)
			r.columns, row = append(r.columns, c.column), append(row, expr.Value{})
		}
		row[i] = c.value
	}
	r.list = append(r.list, row)
}

// rowsIn returns the rows that v is a list of, or nil.
func rowsIn(v any) *listedRows {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	rows := &listedRows{at: -1}
	var first any
	for _, item := range list {
		switch of := item.(type) {
		case luabind.Record:
			if before, ok := first.(luabind.Record); first != nil && (!ok || before.Entity().Root() != of.Entity().Root()) {
				return nil
			}
			rows.add(recordCells(of, nil))
		case luabind.Row:
			if before, ok := first.(luabind.Row); first != nil && (!ok || !slices.Equal(before.Columns, of.Columns)) {
				return nil
			}
			rows.addRow(of)
		default:
			return nil
		}
		if first == nil {
			first = item
		}
	}
	if first == nil {
		return nil
	}
	return rows
}

// addRow adds a row that a script returned, with the values that the session of this program gave it.
func (r *listedRows) addRow(of luabind.Row) {
	row := make([]expr.Value, len(of.Values))
	for i, c := range of.Columns {
		column := engine.Column{Name: c.Name, Type: c.Type}
		switch v := of.Values[i].(type) {
		case expr.Value:
			row[i] = v
		case nil:
		case luabind.Record, []any:
			row[i], column.Type = recordJSON(v, nil), schema.JSON
		default: // beside a whole entity
			value, err := expr.ValueOf(moment(v, c.Type), c.Type)
			if err != nil {
				value, column.Type = expr.Text(fmt.Sprint(v)), schema.Text
			}
			row[i] = value
		}
		if len(r.list) == 0 {
			if column.Name == "" {
				column.Name = fmt.Sprintf("column%d", i+1)
			}
			r.columns = append(r.columns, column)
		}
	}
	r.list = append(r.list, row)
}

// moment is a time as a value of its type: what comes beside a whole entity is Go's time.
func moment(v any, t schema.Type) any {
	at, ok := v.(time.Time)
	if !ok {
		return v
	}
	switch t.Family() {
	case schema.FamilyDate:
		return expr.DateOf(at)
	case schema.FamilyTime:
		return expr.TimeOf(at)
	case schema.FamilyDateTime:
		return expr.DateTimeOf(at)
	}
	return expr.Instant(at)
}

// Columns returns the columns.
func (r *listedRows) Columns() []engine.Column { return r.columns }

// Next goes to the next row.
func (r *listedRows) Next() bool { r.at++; return r.at < len(r.list) }

// Values returns the row's values; of columns that later rows have, NULL.
func (r *listedRows) Values() []expr.Value {
	row := r.list[r.at]
	if n := len(r.columns) - len(row); n > 0 {
		row = append(slices.Clone(row), make([]expr.Value, n)...)
	}
	return row
}

// Err returns nil: the rows are all there.
func (r *listedRows) Err() error { return nil }

// Close returns nil likewise.
func (r *listedRows) Close() error { return nil }
