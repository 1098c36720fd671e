package luapolicy_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind/luapolicy"
	"github.com/sqlser/sqlser/schema"
)

func shop(t testing.TB) *schema.MetaData {
	col := schema.NewColumn
	m := schema.NewMetaData()
	m.Table("orders", schema.InSchema("shop"), col("id", schema.BigInteger, schema.PrimaryKey), col("tenant_id", schema.BigInteger, schema.NotNull), col("state", schema.Text))
	m.Table("staff", col("id", schema.BigInteger, schema.PrimaryKey), col("email", schema.Text), col("salary", schema.BigInteger), col("password", schema.Text))
	require.NoError(t, m.Freeze())
	return m
}

// TestLoad: a script and Go say the same policy.
func TestLoad(t *testing.T) {
	m := shop(t)
	got, err := luapolicy.Load(context.Background(), "shop.lua", `return {
		statements = {"select", "update"},
		functions = {"count", "sum"},
		deny_kinds = {"regexp"}, deny_operators = {"||", "LIKE"},
		grants = {"function:abs"},
		limits = {rows = 100, nodes = 1000, require_limit = true},
		tables = {
			["shop.orders"] = {
				read = {"id", "state"}, write = {"state"},
				rows = function(o, host) return sql.and_(o.tenant_id:eq(host.tenant), o.state:ne("gone")) end,
			},
			staff = { cascades = true, read = true, deny = {"password"}, mask = {email = "***"}, aggregate_only = {least = 5, "salary"} },
		},
	}`, m)
	require.NoError(t, err)
	orders, staff := expr.Table(m.Lookup("shop", "orders")), m.Lookup("staff")
	want := policy.New().AllowSelect().AllowUpdate().AllowFunctions("count", "sum").DenyKinds(expr.OpRegexp).DenyOperators("||", "LIKE").Grant(expr.FunctionGrant("abs")).
		WithLimits(policy.Limits{Rows: 100, Nodes: 1000, RequireLimit: true}).
		Table(orders.Table(), policy.Read("id", "state"), policy.Write("state"),
			policy.Rows(orders.C("tenant_id").Eq(policy.Value("tenant")), orders.C("state").Ne("gone"))).
		Table(staff, policy.Cascades(), policy.Read(), policy.Deny("password"), policy.Mask("email", "***"), policy.AggregateOnly(5, "salary"))
	require.NoError(t, want.Err())
	require.Equal(t, want.Fingerprint(), got.Fingerprint())
}

func TestLoadRefuses(t *testing.T) {
	for script, want := range map[string]string{
		`return 1`:                       "expected a policy",
		`return {table = {}}`:            "tables",
		`return {tables = {stuff = {}}}`: `did you mean "staff"`,
		`return {tables = {staff = {read = {"emial"}}}}`:                                                            `did you mean "email"`,
		`return {tables = {staff = {read = {}}}}`:                                                                   "true for all",
		`return {tables = {staff = {raed = true}}}`:                                                                 "read",
		`return {tables = {staff = {rows = function() end}}}`:                                                       "expected the function to return an expression, got nil",
		`return {tables = {staff = {rows = function(s) return s.x end}}}`:                                           "x",
		`return {tables = {staff = {rows = function(s, h) return s.id:eq(sql.param("p", sql.types.integer)) end}}}`: "policy.Value",
		`return {statements = {"selct"}}`:                                                                           `did you mean "select"`,
		`return {deny_kinds = {"regex"}}`:                                                                           `did you mean "regexp"`,
		`return {deny_operators = {"lik"}}`:                                                                         `did you mean`,
		`return {limits = {rows = 0}}`:                                                                              "at least 1",
		`return {tables = {staff = {aggregate_only = {"salary"}}}}`:                                                 "show the rows",
		`return {tables = {staff = {aggregate_only = {least = 5}}}}`:                                                "got no column",
		`return {tables = {staff = {mask = {email = function(s) return sql.param("p", sql.types.text) end}}}}`:      "policy.Value",
		`return {tables = {staff = {mask = {salary = function(s) return sql.fn.max(s.salary) end}}}}`:               "sees other rows",
		`return {tables = {staff = {mask = {salary = function(s) return sql.fn.max(s.salary):over() end}}}}`:        "sees other rows",
		`return {tables = {staff = {mask = {salary = function(s, host) return host.x end}}}}`:                       "type of value",
		`while true do end`: "",
	} {
		_, err := luapolicy.Load(context.Background(), "p.lua", script, shop(t))
		require.Error(t, err, script)
		require.ErrorContains(t, err, want, script)
	}
}
