package connect

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
)

func TestNoSecretInMessages(t *testing.T) {
	for _, text := range []string{
		"postgres://u:s3cret@127.0.0.1:notaport/db",
		"postgres://u:s3cret@127.0.0.1:1/db",
		"postgres://u:s3cret@127.0.0.1:1/db?sslmode=s3cret",
		"postgres://127.0.0.1:1/db?password=s3cret",
		"postgres://127.0.0.1:1/db?sslmode=zz&password=s3cret",
		"postgres:u:s3cret",
		"postgres://u:s3%zzcret@h/db",
		"mysql://u:s3cret@127.0.0.1:1/db",
		"mysql://u:s3cret@127.0.0.1:1:2/db",
		"mysql://u:p@127.0.0.1:1/db?timeout=s3cret",
		"mysql://u:s3cret@127.0.0.1:1/db?colour=s3cret",
		"oracle://u:s3cret@127.0.0.1:1/db",
	} {
		d, err := Open(context.Background(), text)
		require.Nil(t, d)
		require.Error(t, err, text)
		require.NotContains(t, err.Error(), "s3", text)
		require.NotContains(t, err.Error(), "cret", text)
	}
	_, err := Open(context.Background(), "mysql://h/db?colour=red")
	var bad *URLError
	require.True(t, errors.As(err, &bad))
	require.EqualError(t, err, `mysql://...: no setting "colour"; there are socket, tls and timeout`)
}

func TestOpen(t *testing.T) {
	for name, want := range map[string]struct {
		variable string
		dialect  *dialect.Dialect
	}{
		"postgres": {"SQLSER_TEST_POSTGRES", dialect.Postgres},
		"mysql":    {"SQLSER_TEST_MYSQL", dialect.MariaDB},
	} {
		t.Run(name, func(t *testing.T) {
			server := os.Getenv(want.variable)
			if server == "" && os.Getenv("SQLSER_TEST_REQUIRE") == "" {
				t.Skip(want.variable + " is not set")
			}
			d, err := Open(t.Context(), server, ReadOnly(true))
			require.NoError(t, err)
			defer d.Close()
			require.Same(t, want.dialect, d.Dialect)
			require.True(t, strings.HasPrefix(d.Name, name+"://"), d.Name)
			for range 3 { // on every connection
				conn, err := d.Conn(t.Context())
				require.NoError(t, err)
				defer conn.Close()
				_, err = conn.ExecContext(t.Context(), "CREATE TABLE sqlser_never (x int)")
				require.Error(t, err)
				if name == "postgres" { // else it would compute for clients that are gone
					var interval string
					require.NoError(t, conn.QueryRowContext(t.Context(), "SHOW client_connection_check_interval").Scan(&interval))
					require.Equal(t, "2s", interval)
				}
			}
		})
	}
}
