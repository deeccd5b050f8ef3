package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// connect joins the group; with SOIHTU_USER by SASL_SSL, else as local brokers take it.
func connect() *kgo.Client {
	options := []kgo.Opt{
		kgo.SeedBrokers(os.Getenv("SOIHTU_KAFKA")),
		kgo.ConsumerGroup(os.Getenv("SOIHTU_GROUP")),
		kgo.ConsumeTopics("soihtu.open.v1", "soihtu.open-progress.v1"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.DisableAutoCommit(),
	}
	if user := os.Getenv("SOIHTU_USER"); user != "" {
		authority, err := os.ReadFile(os.Getenv("SOIHTU_CA"))
		check(err)
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(authority)
		login := scram.Auth{User: user, Pass: os.Getenv("SOIHTU_PASSWORD")}
		options = append(options,
			kgo.DialTLSConfig(&tls.Config{RootCAs: roots}), kgo.SASL(login.AsSha512Mechanism()))
	}
	client, err := kgo.NewClient(options...)
	check(err)
	return client
}

// keep writes the file whole or not at all.
func keep(file string, seen map[string]int) {
	held, err := json.Marshal(seen)
	check(err)
	check(os.WriteFile(file+".new", held, 0o600))
	check(os.Rename(file+".new", file))
}

func percent(share *float64) string {
	if share == nil {
		return "none"
	}
	return fmt.Sprintf("%d %%", int(*share*100+0.5))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
