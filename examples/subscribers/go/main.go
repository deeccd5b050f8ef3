// Prints what teams learned and how far their goals are, as an agency's open topics tell it.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
	"os"
)

var retro, progress = "fi.soihtu.open.retro-completed.v1", "fi.soihtu.open.key-result-updated.v1"
var results, seen = map[string]int{"reached": 1, "partly": 1, "not": 1}, map[string]int{} // yours would be a table

func take(record *kgo.Record) {
	headers, version, data := map[string]string{}, 0, struct { // the fields that we use
		Progress float64
		Findings []struct {
			Result    string
			Learnings []struct{ Text map[string]string }
		}
	}{Progress: -1} // absent is not 0
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	kind, subject := headers["ce_type"], headers["ce_subject"]
	fmt.Sscan(headers["ce_sequence"], &version)
	if (kind != retro && kind != progress) || version <= seen[subject] || json.Unmarshal(record.Value, &data) != nil {
		return // a type that we don't know, or a version that we have had
	}
	if kind == progress {
		share := map[bool]string{false: "none", true: fmt.Sprintf("%d %%", int(data.Progress*100+0.5))}
		fmt.Printf("%s@%d progress %s\n", subject, version, share[data.Progress >= 0])
	}
	for _, found := range data.Findings {
		for _, it := range found.Learnings {
			result := []string{"other", found.Result}[results[found.Result]]
			fmt.Printf("%s@%d learning %s: %s\n", subject, version, result, it.Text[it.Text["source"]])
		}
	}
	seen[subject] = version
}

func main() {
	options := []kgo.Opt{kgo.SeedBrokers(os.Getenv("SOIHTU_KAFKA")), kgo.ConsumerGroup(os.Getenv("SOIHTU_GROUP")),
		kgo.ConsumeTopics("soihtu.open.v1", "soihtu.open-progress.v1"), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.WithLogger(kgo.BasicLogger(os.Stderr, kgo.LogLevelWarn, nil))}
	if user, roots := os.Getenv("SOIHTU_USER"), x509.NewCertPool(); user != "" {
		authority, _ := os.ReadFile(os.Getenv("SOIHTU_CA")) // without it nobody is trusted
		roots.AppendCertsFromPEM(authority)
		login := kgo.SASL(scram.Auth{User: user, Pass: os.Getenv("SOIHTU_PASSWORD")}.AsSha512Mechanism())
		options = append(options, login, kgo.DialTLSConfig(&tls.Config{RootCAs: roots}))
	}
	for client, _ := kgo.NewClient(options...); ; client.PollFetches(context.Background()).EachRecord(take) {
	} // nothing is kept, so each start begins with the first record
}
