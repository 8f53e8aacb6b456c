// SPDX-License-Identifier: Apache-2.0
package main // listener STORE PORT: says hello to whoever connects. Kill it, start it again: nobody is refused.

import "fmt"
import "log"
import "net"
import "os"
import "syscall"
import "unsafe"

func main() {
	entry, _ := os.OpenFile(os.Args[1]+"/listener", os.O_RDWR|os.O_CREATE, 0o600)
	got, _, errno := syscall.Syscall(syscall.SYS_IOCTL, entry.Fd(), 0xdf02 /* FDSTOREFS_IOC_GET */, 0)
	if errno != 0 { // the first one, which listens and only then has something to put
		listener, _ := net.Listen("tcp", ":"+os.Args[2])
		file, _ := listener.(*net.TCPListener).File()
		put := [4]int32{int32(file.Fd()), 0, -1, 0} // fd, flags, anchor_fd, reserved
		syscall.Syscall(syscall.SYS_IOCTL, entry.Fd(), 0x4010df01 /* _PUT */, uintptr(unsafe.Pointer(&put)))
		got, _, errno = syscall.Syscall(syscall.SYS_IOCTL, entry.Fd(), 0xdf02, 0)
	}
	listener, err := net.FileListener(os.NewFile(got, "listener"))
	if err != nil {
		log.Fatal(errno)
	}
	for client, err := listener.Accept(); err == nil; client, err = listener.Accept() {
		fmt.Fprintln(client, "hello from process", os.Getpid())
		client.Close()
	}
}
