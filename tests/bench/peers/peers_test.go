package peers_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/tests/bench/peers"
)

// plain leaves of a query what the builders write alike: words in lower case,
// values and placeholders as ?, no quotes, parentheses and words that change nothing.
func plain(sql string) string {
	sql = strings.ToLower(sql)
	sql = value.ReplaceAllString(sql, "?")
	sql = needless.ReplaceAllString(sql, " ")
	sql = strings.NewReplacer(`"`, "", "(", " ", ")", " ", ",", " ", "=", " = ", "*", " * ", ". ", ".").Replace(sql)
	return strings.Join(strings.Fields(sql), " ")
}

var (
	value    = regexp.MustCompile(`\$\d+|'[^']*'|\b\d+(\.\d+)?\b`)
	needless = regexp.MustCompile(` as "bun_user"|\b(as|inner|asc)\b`)
)

// TestSameQuery holds that all say the same, also when they say it twice.
func TestSameQuery(t *testing.T) {
	for _, b := range peers.All() {
		for name, q := range b.Queries {
			t.Run(b.Name+"/"+name, func(t *testing.T) {
				hand, _ := peers.ByHand.Queries[name].Build()
				sql, args := q.Build()
				require.Equal(t, plain(hand), plain(sql))
				if q.Render == nil {
					return
				}
				for range 2 {
					again, same := q.Render()
					require.Equal(t, sql, again)
					require.Equal(t, args, same)
				}
			})
		}
	}
}
