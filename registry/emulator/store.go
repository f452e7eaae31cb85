package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
)

// store keeps the state of the registry in memory and in files, and blobs in files, apart for each repository: a layer of one
// repository is not there for another.
//
//	registry.json                        settings of the registry
//	repositories/NAME/repository.json    settings, images and tags; NAME is escaped as in a URL
//	repositories/NAME/HEX                a blob or a manifest, by its SHA-256
//	uploads/                             what is on its way in
type store struct {
	dir string

	mu    sync.RWMutex
	state state
}

// state is what the registry is, apart from the content of blobs.
type state struct {
	Scanning     scanning               `json:"scanning"`
	Repositories map[string]*repository `json:"-"`
}

func openStore(dir string) (*store, error) {
	s := &store{dir: dir, state: state{Repositories: map[string]*repository{}}}
	// Uploads of an emulator that is no more are gone with it.
	err := errors.Join(os.RemoveAll(filepath.Join(dir, "uploads")), os.MkdirAll(filepath.Join(dir, "uploads"), 0o755), os.MkdirAll(filepath.Join(dir, "repositories"), 0o755))
	if err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if err := load(s.settingsFile(), &s.state); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(dir, "repositories"))
	if err != nil {
		return nil, fmt.Errorf("read the data folder: %w", err)
	}
	for _, entry := range entries {
		r := &repository{}
		if err := load(filepath.Join(dir, "repositories", entry.Name(), recordName), r); err != nil {
			return nil, err
		}
		s.state.Repositories[r.Name] = r
	}
	return s, nil
}

// recordName is the file in the folder of a repository that holds everything but blobs.
const recordName = "repository.json"

func (s *store) settingsFile() string { return filepath.Join(s.dir, "registry.json") }

// folderOf is where a repository is kept.
func (s *store) folderOf(repository string) string {
	return filepath.Join(s.dir, "repositories", url.PathEscape(repository))
}

func load(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the data folder: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}

// save writes beside the file that it then replaces, so that a crash leaves the old or the new one.
func save(file string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("save %s: %w", file, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("save %s: %w", file, err)
	}
	if err := os.WriteFile(file+".new", data, 0o644); err != nil {
		return fmt.Errorf("save %s: %w", file, err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("save %s: %w", file, err)
	}
	return nil
}

// read looks at the state. What it is given must not be kept or changed.
func (s *store) read(look func(*state) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return look(&s.state)
}

// configure changes the settings of the registry and saves them.
func (s *store) configure(change func(*state)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
	return save(s.settingsFile(), s.state)
}

// change changes the repository of a name, also to be or not to be, and saves it. A change that fails must have changed nothing.
func (s *store) change(name string, change func(*state) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := change(&s.state); err != nil {
		return err
	}
	r := s.state.Repositories[name]
	if r == nil {
		return os.RemoveAll(s.folderOf(name))
	}
	return save(filepath.Join(s.folderOf(name), recordName), r)
}

// repository finds a repository; one that is not there is a noRepositoryError.
func (s *state) repository(name string) (*repository, error) {
	r := s.Repositories[name]
	if r == nil {
		return nil, &noRepositoryError{name: name}
	}
	return r, nil
}

// noRepositoryError says that there is no such repository. Both faces say it in their own form.
type noRepositoryError struct {
	name string
}

func (e *noRepositoryError) Error() string {
	return fmt.Sprintf("The repository with name '%s' does not exist in the registry with id '%s'", e.name, Account)
}
