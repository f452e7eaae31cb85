package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Processes come and go while they are looked at: one that is gone holds nothing.

// descendants are a process and all that it started, directly or not, and that still run.
func descendants(pid int) []int {
	parents := map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		data, _ := os.ReadFile(file)
		// The name, in parentheses, may hold anything; the state and the parent follow.
		if fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:]); len(fields) > 1 {
			parents[id], _ = strconv.Atoi(string(fields[1]))
		}
	}
	var found []int
	for id := range parents {
		for at := id; at != 0; at = parents[at] {
			if at == pid {
				found = append(found, id)
				break
			}
		}
	}
	return found
}

// resident is the memory of a process, in bytes.
func resident(pid int) int64 {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// unlinked is the disk held by files that a process has open and that have no name any more.
func unlinked(pid int) int64 {
	var sum int64
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, fd := range fds {
		path, _ := os.Readlink(fd)
		if !strings.HasSuffix(path, " (deleted)") || strings.HasPrefix(path, "/memfd:") {
			continue
		}
		if info, err := os.Stat(fd); err == nil && info.Mode().IsRegular() {
			sum += blocks(info)
		}
	}
	return sum
}

// diskUsage is the disk that the files of a folder take.
func diskUsage(dir string) int64 {
	var sum int64
	_ = filepath.WalkDir(dir, func(_ string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			sum += blocks(info)
		}
		return nil
	})
	return sum
}

// blocks is the disk that a file takes; what was not written yet does not count.
func blocks(info os.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return 0
}
