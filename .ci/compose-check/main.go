// Loads compose files as `docker compose config` does, without an engine; exits 1 at the first that is refused.
//
//	compose-check ENV-FILE COMPOSE-FILE...
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	for _, path := range os.Args[2:] {
		options, err := cli.NewProjectOptions(
			[]string{path}, cli.WithName("check"), cli.WithEnvFiles(os.Args[1]), cli.WithDotEnv, cli.WithProfiles([]string{"*"}),
		)
		if err == nil {
			_, err = options.LoadProject(context.Background())
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(1)
		}
		fmt.Printf("%s: loads\n", path)
	}
}
