package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// jsonPaths says how a database reads JSON.
type jsonPaths struct {
	noMinus bool // it finds no key that begins with a minus

	get  func(c *compiler, x expr.Expr, path []expr.Expr) // the part at a path, as an atom
	read func(c *compiler, part func(), as expr.JSONAs)   // a part as a plain value; an atom, too
}

func writeJSON(c *compiler, n expr.Node, at level) {
	j := n.(*expr.JSONExpr)
	path := make([]expr.Expr, 0, j.Path().Len())
	for _, k := range j.Path().All() {
		path = append(path, k)
	}
	part := func() {
		if len(path) == 0 {
			c.jsonValue(j.X(), levelAtom)
		} else {
			c.d.json.get(c, j.X(), path)
		}
	}
	if j.As() == expr.AsJSON {
		part()
		return
	}
	c.d.json.read(c, part, j.As())
}

// jsonValue writes a value that is JSON, a NULL without a type as one.
func (c *compiler) jsonValue(x expr.Expr, at level) {
	if c.d.null != nil && isUntypedNull(x) {
		c.d.null(c, schema.JSON)
		return
	}
	c.expr(x, at)
}

// jsonStep writes a key or an index as a path of its own, which a database that
// has such paths takes as an argument.
func (c *compiler) jsonStep(key expr.Expr) {
	s, ok := c.slotOf(key)
	if !ok {
		c.unsupported("JSON path", "expected a key or an index")
		return
	}
	s.form = stepOf
	if isIndex(key) {
		s = s.bounded(0, "an index")
	}
	c.place(s)
}

func isIndex(key expr.Expr) bool { return key.Type().Family() == schema.FamilyInteger }

// sqliteJSON reads by -> and ->>, which keep JSON's null apart from NULL.
var sqliteJSON = jsonPaths{
	get: func(c *compiler, x expr.Expr, path []expr.Expr) {
		c.text("(")
		c.expr(x, levelAtom)
		for _, k := range path {
			c.text(" -> ")
			c.jsonStep(k)
		}
		c.text(")")
	},
	read: func(c *compiler, part func(), as expr.JSONAs) {
		value := func(before, after string) {
			c.text(before)
			part()
			c.text(after)
		}
		switch as {
		case expr.AsString:
			value("CASE json_type(", ") WHEN 'text' THEN ")
			value("", " ->> '$' END")
		case expr.AsBoolean:
			value("CASE ", " WHEN 'true' THEN 1 WHEN 'false' THEN 0 END")
		case expr.AsInteger:
			value("CASE WHEN json_type(", ") IN ('integer', 'real') AND ")
			value("", " ->> '$' = ")
			value("CAST(", " ->> '$' AS INTEGER) THEN ")
			value("CAST(", " ->> '$' AS INTEGER) END")
		case expr.AsFloat:
			value("CASE WHEN json_type(", ") IN ('integer', 'real') THEN ")
			value("CAST(", " ->> '$' AS REAL) END")
		case expr.AsNumeric:
			value("CASE WHEN json_type(", ") IN ('integer', 'real') THEN ")
			value("CAST(", " AS NUMERIC) END")
		}
	},
}

// postgresGet takes an index only of a list: a plain value would be one of itself.
func postgresGet(c *compiler, x expr.Expr, path []expr.Expr) {
	if c.spend(0); c.err != nil { // what is before an index is written twice
		return
	}
	if len(path) == 0 {
		c.jsonValue(x, levelAtom)
		return
	}
	before, last := path[:len(path)-1], path[len(path)-1]
	if !isIndex(last) {
		c.text("(")
		postgresGet(c, x, before)
		c.text(" -> ")
		if s, ok := c.slotOf(last); ok {
			s.typ = schema.Text
			c.place(s)
		}
		c.text(")")
		return
	}
	c.text("CASE jsonb_typeof(CAST(")
	postgresGet(c, x, before)
	c.text(" AS JSONB)) WHEN 'array' THEN ")
	postgresGet(c, x, before)
	c.text(" -> ")
	c.integer(last, slot{}.bounded(0, "an index"), levelAtom)
	c.text(" END")
}

// postgresJSON reads by a path of its own language, in strict mode: else a list
// would be taken for its elements.
var postgresJSON = jsonPaths{
	get: postgresGet,
	read: func(c *compiler, part func(), as expr.JSONAs) {
		filter, to := "", ""
		switch as {
		case expr.AsString:
			filter = `@.type() == "string"`
		case expr.AsBoolean:
			filter, to = `@.type() == "boolean"`, "BOOLEAN"
		case expr.AsInteger:
			filter, to = `@.type() == "number" && @ == @.floor() && @ >= -9223372036854775808 && @ <= 9223372036854775807`, "BIGINT"
		case expr.AsFloat:
			filter, to = `@.type() == "number" && @ >= -1.7976931348623157e308 && @ <= 1.7976931348623157e308`, "DOUBLE PRECISION"
		case expr.AsNumeric:
			filter, to = `@.type() == "number"`, "NUMERIC"
		}
		if as == expr.AsInteger { // 3.0 is an integer, but its text is none
			c.text("CAST(")
		}
		if to == "" {
			c.text("(")
		} else {
			c.text("CAST(")
		}
		c.text("jsonb_path_query_first(CAST(")
		part()
		c.text(" AS JSONB), 'strict $ ? (" + filter + ")') #>> '{}'")
		if as == expr.AsInteger {
			c.text(" AS NUMERIC)")
		}
		if to != "" {
			c.text(" AS " + to)
		}
		c.text(")")
	},
}

// mysqlJSON takes an index only of a list: anything else would be a list of
// itself.
var mysqlJSON = jsonPaths{
	get: mysqlGet,
	read: func(c *compiler, part func(), as expr.JSONAs) {
		value := func(before, after string) {
			c.text(before)
			part()
			c.text(after)
		}
		number := func() {
			value("CASE WHEN JSON_TYPE(", ") IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL')")
		}
		switch as {
		case expr.AsString:
			value("CASE JSON_TYPE(", ") WHEN 'STRING' THEN ")
			value("JSON_UNQUOTE(", ") END")
		case expr.AsBoolean:
			value("CASE CAST(", " AS CHAR) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END")
		case expr.AsInteger:
			number()
			value(" AND CAST(", " AS "+mysqlDecimal+") = ")
			value("TRUNCATE(CAST(", " AS "+mysqlDecimal+"), 0) AND ")
			value("CAST(", " AS "+mysqlDecimal+") BETWEEN -9223372036854775808 AND 9223372036854775807 THEN ")
			value("CAST(CAST(", " AS "+mysqlDecimal+") AS SIGNED) END")
		case expr.AsFloat:
			number()
			value(" THEN CAST(", " AS DOUBLE) END")
		case expr.AsNumeric:
			number()
			value(" THEN CAST(", " AS "+mysqlDecimal+") END")
		}
	},
}

func mysqlGet(c *compiler, x expr.Expr, path []expr.Expr) {
	if c.spend(0); c.err != nil { // what is before an index is written twice
		return
	}
	if len(path) == 0 {
		c.expr(x, anywhere)
		return
	}
	before, last := path[:len(path)-1], path[len(path)-1]
	if isIndex(last) {
		c.text("CASE JSON_TYPE(")
		mysqlGet(c, x, before)
		c.text(") WHEN 'ARRAY' THEN ")
	}
	c.text("JSON_EXTRACT(")
	mysqlGet(c, x, before)
	c.text(", ")
	c.jsonStep(last)
	c.text(")")
	if isIndex(last) {
		c.text(" END")
	}
}
