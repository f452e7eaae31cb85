// Package source opens a built image wherever it is: in a Docker or Podman daemon, in an archive, in an OCI layout, in another
// registry. Start at Open. It writes nothing but spool files of its own making, and never a file by a name found in an archive.
package source
