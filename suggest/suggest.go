// Package suggest finds what was meant by a misspelt word. It is for messages only; nothing is ever done on a suggestion.
package suggest

// Nearest is the candidate with the fewest edits from word, if any is near enough to be meant: a third of the word's length,
// at least one edit. The first of several equally near ones wins.
func Nearest(word string, candidates []string) (string, bool) {
	best, distance := "", max(1, len(word)/3)+1
	for _, candidate := range candidates {
		if d := edits(word, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best, best != ""
}

// edits is the Levenshtein distance of a and b in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
