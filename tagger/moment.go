package tagger

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// momentTokens are the tokens of moment (https://momentjs.com/docs/#/displaying/format/), longest first where one begins another.
var momentTokens = []string{
	"Mo", "MMMM", "MMM", "MM", "M", "DDDD", "DDDo", "DDD", "Do", "DD", "D", "dddd", "ddd", "dd", "do", "d", "wo", "ww", "w", "Wo", "WW", "W",
	"Qo", "Q", "NNNNN", "NNNN", "NNN", "NN", "N", "YYYYYY", "YYYYY", "YYYY", "YY", "Y", "yyyy", "yyy", "yy", "yo", "y",
	"ggggg", "gggg", "gg", "GGGGG", "GGGG", "GG", "e", "E", "A", "a", "hh", "h", "HH", "H", "kk", "k", "mm", "m", "ss", "s",
	"SSSSSSSSS", "SSSSSSSS", "SSSSSSS", "SSSSSS", "SSSSS", "SSSS", "SSS", "SS", "S", "x", "X", "zz", "z", "ZZ", "Z",
}

// momentShorthands are the tokens of moment that stand for other tokens, in its locale en.
var momentShorthands = []struct{ token, format string }{
	{"LTS", "h:mm:ss A"}, {"LT", "h:mm A"},
	{"LLLL", "dddd, MMMM D, YYYY h:mm A"}, {"LLL", "MMMM D, YYYY h:mm A"}, {"LL", "MMMM D, YYYY"}, {"L", "MM/DD/YYYY"},
	{"llll", "ddd, MMM D, YYYY h:mm A"}, {"lll", "MMM D, YYYY h:mm A"}, {"ll", "MMM D, YYYY"}, {"l", "M/D/YYYY"},
}

// formatMoment writes t in a format of moment, in English. An empty format is ISO 8601.
func formatMoment(t time.Time, format string) string {
	if format == "" {
		format = "YYYY-MM-DDTHH:mm:ssZ"
		if t.Location() == time.UTC {
			format = "YYYY-MM-DDTHH:mm:ss[Z]"
		}
	}
	var b strings.Builder
	for at := 0; at < len(format); {
		n := literalLength(format[at:])
		if n > 0 {
			b.WriteString(strings.TrimSuffix(strings.TrimPrefix(format[at:at+n], "["), "]"))
			at += n
			continue
		}
		escaped := format[at] == '\\'
		if escaped {
			if at++; at == len(format) {
				break
			}
		}
		token, text := momentToken(t, format[at:])
		if escaped {
			text = token
		}
		b.WriteString(text)
		at += len(token)
	}
	return b.String()
}

// literalLength is the length of a [literal] that begins s, 0 for none. It ends at the last bracket before another begins.
func literalLength(s string) int {
	if s[0] != '[' {
		return 0
	}
	end := len(s)
	if next := strings.IndexByte(s[1:], '['); next >= 0 {
		end = next + 1
	}
	return strings.LastIndexByte(s[:end], ']') + 1
}

// momentToken reads the token that begins s, and what it stands for; a byte that begins none stands for itself.
func momentToken(t time.Time, s string) (token, text string) {
	for _, shorthand := range momentShorthands {
		if strings.HasPrefix(s, shorthand.token) {
			return shorthand.token, formatMoment(t, shorthand.format)
		}
	}
	for _, token := range momentTokens {
		if strings.HasPrefix(s, token) {
			for _, write := range []func(time.Time, string) (string, bool){momentName, momentNumber, momentClock} {
				if text, ok := write(t, token); ok {
					return token, text
				}
			}
		}
	}
	return s[:1], s[:1]
}

// momentName writes the tokens of years, and those that are words or begin to count elsewhere.
func momentName(t time.Time, token string) (string, bool) {
	year, month, _ := t.Date()
	switch token {
	case "YYYYYY":
		return fmt.Sprintf("%+07d", year), true
	case "YYYYY", "YYYY", "Y":
		return padded(year, max(4, len(token))), true
	case "YY":
		return padded(year%100, 2), true
	case "y", "yy", "yyy", "yyyy":
		return padded(year, len(token)), true
	case "N", "NN", "NNN", "NNNNN":
		return "AD", true
	case "NNNN":
		return "Anno Domini", true
	case "MMMM":
		return month.String(), true
	case "MMM":
		return month.String()[:3], true
	case "dddd":
		return t.Weekday().String(), true
	case "dd", "ddd":
		return t.Weekday().String()[:len(token)], true
	case "DDDD":
		return padded(t.YearDay(), 3), true
	case "E":
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1), true
	}
	return "", false
}

// momentNumber writes the tokens that count quarters, months, weeks and days, padded to the token's length.
func momentNumber(t time.Time, token string) (string, bool) {
	year, month, day := t.Date()
	isoYear, isoWeek := t.ISOWeek()
	weekYear, week := americanWeek(t)
	numbers := map[byte]int{
		'Q': (int(month)-1)/3 + 1, 'M': int(month), 'D': day, 'd': int(t.Weekday()), 'e': int(t.Weekday()),
		'w': week, 'W': isoWeek, 'g': weekYear, 'G': isoYear, 'y': year,
	}
	number, known := numbers[token[0]]
	if strings.HasPrefix(token, "DDD") {
		number = t.YearDay()
	}
	switch {
	case !known:
		return "", false
	case strings.HasSuffix(token, "o"):
		return ordinal(number), true
	case token[0] == 'g' || token[0] == 'G':
		return padded(number%map[int]int{2: 100, 4: 10000, 5: 100000}[len(token)], len(token)), true
	case strings.HasPrefix(token, "DDD"):
		return strconv.Itoa(number), true
	}
	return padded(number, len(token)), true
}

// momentClock writes the tokens of the time of day, the zone and the time since 1970.
func momentClock(t time.Time, token string) (string, bool) {
	hour := t.Hour()
	switch token {
	case "A", "a":
		half := "AM"
		if hour >= 12 {
			half = "PM"
		}
		if token == "a" {
			half = strings.ToLower(half)
		}
		return half, true
	case "H", "HH":
		return padded(hour, len(token)), true
	case "h", "hh":
		return padded((hour+11)%12+1, len(token)), true
	case "k", "kk":
		return padded((hour+23)%24+1, len(token)), true
	case "m", "mm":
		return padded(t.Minute(), len(token)), true
	case "s", "ss":
		return padded(t.Second(), len(token)), true
	case "X":
		return strconv.FormatInt(t.Unix(), 10), true
	case "x":
		return strconv.FormatInt(t.UnixMilli(), 10), true
	case "z", "zz":
		return t.Format("MST"), true
	case "Z":
		return t.Format("-07:00"), true
	case "ZZ":
		return t.Format("-0700"), true
	}
	return (padded(t.Nanosecond()/1e6, 3) + "000000")[:len(token)], true // S to SSSSSSSSS: moment counts milliseconds
}

// americanWeek is the week of moment's locale en: it begins on Sunday, and week 1 is the one with 1 January.
func americanWeek(t time.Time) (year, week int) {
	saturday := t.AddDate(0, 0, int(time.Saturday-t.Weekday()))
	return saturday.Year(), (saturday.YearDay()-1)/7 + 1
}

func padded(n, width int) string { return fmt.Sprintf("%0*d", width, n) }

// ordinal is 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n/10%10 != 1 && n%10 >= 1 && n%10 <= 3 {
		suffix = []string{"st", "nd", "rd"}[n%10-1]
	}
	return strconv.Itoa(n) + suffix
}
