package expr

import "github.com/sqlser/sqlser/schema"

// dateFunctions are the functions of dates and times. The current time is that in
// UTC, and the same throughout a statement.
func dateFunctions() []Function {
	date, clock, datetime, instant := always(schema.Date), always(schema.Time), always(schema.DateTime), always(schema.DateTimeTZ)
	return []Function{
		{name: "current_date", result: date, volatility: Stable, doc: "the date of today in UTC"},
		{name: "current_time", result: clock, volatility: Stable, doc: "the time of day in UTC; on SQLite to the millisecond"},
		{name: "current_timestamp", result: instant, volatility: Stable, doc: "this instant, as now"},
		{name: "day_name", args: "m", result: always(schema.Text), doc: "the day of the week in English, such as Monday; an instant's in UTC"},
		{name: "epoch", args: "m", result: always(schema.BigInteger), doc: "the whole seconds since 1970-01-01 00:00 UTC; a time without zone is one in UTC"},
		{name: "from_epoch", args: "i", result: instant, doc: "the instant so many seconds after 1970-01-01 00:00 UTC; NULL outside the years 1 to 9999"},
		{name: "last_day", args: "d", partial: true, result: date, doc: "the last day of the month"},
		{name: "localtimestamp", result: datetime, volatility: Stable, doc: "date and time in UTC, without zone; on SQLite to the millisecond"},
		{name: "make_date", args: "iii", result: date, partial: true, doc: "the date of year, month and day; NULL if there is none in the years 1 to 9999"},
		{name: "make_time", args: "iii", result: clock, partial: true, doc: "the time of hour, minute and second; NULL if there is none"},
		{name: "make_timestamp", args: "iiiiii", result: datetime, partial: true, doc: "the date and time of year, month, day, hour, minute and second; NULL if there is none in the years 1 to 9999"},
		{name: "month_name", args: "m", result: always(schema.Text), doc: "the month in English, such as January; an instant's in UTC"},
		{name: "now", result: instant, volatility: Stable, doc: "this instant; on SQLite to the millisecond"},
		{name: "strftime", args: "ml", result: always(schema.Text), doc: "the date or time, an instant's in UTC, by a format with %Y %m %d %H %M %S %j and %%"},
	}
}
