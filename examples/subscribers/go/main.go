// Prints what teams learned and how far their goals are, as an agency's open topics tell it.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/twmb/franz-go/pkg/kgo"
)

const retro, progress = "fi.soihtu.open.retro-completed.v1", "fi.soihtu.open.key-result-updated.v1"

var known = map[string]string{"reached": "reached", "partly": "partly", "not": "not"}
var seen, state = map[string]int{}, os.Getenv("SOIHTU_STATE") // yours would be a table

func take(record *kgo.Record) {
	headers, version, data := map[string]string{}, 0, struct { // the fields that we use
		Progress *float64
		Findings []struct {
			Result    string
			Learnings []struct{ Text map[string]string }
		}
	}{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	kind, subject := headers["ce_type"], headers["ce_subject"]
	fmt.Sscan(headers["ce_sequence"], &version)
	if (kind != retro && kind != progress) || version <= seen[subject] {
		return // a type that we don't know, or a version that we have had
	}
	check(json.Unmarshal(record.Value, &data))
	if kind == progress {
		fmt.Printf("%s@%d progress %s\n", subject, version, percent(data.Progress))
	}
	for _, found := range data.Findings {
		result := cmp.Or(known[found.Result], "other")
		for _, it := range found.Learnings {
			fmt.Printf("%s@%d learning %s: %s\n", subject, version, result, it.Text[it.Text["source"]])
		}
	}
	seen[subject] = version
}

func main() {
	held, _ := os.ReadFile(state) // nothing the first time
	_ = json.Unmarshal(held, &seen)
	told, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	for client := connect(); told.Err() == nil; { // connect.go
		client.PollFetches(told).EachRecord(take)
		keep(state, seen)
		check(client.CommitUncommittedOffsets(context.Background()))
	}
}
