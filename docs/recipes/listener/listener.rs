// SPDX-License-Identifier: Apache-2.0
//! listener STORE PORT: says hello to whoever connects. Kill it, and start it again: nobody is refused.
use std::io::{Error, Result, Write};
use std::os::unix::io::{AsRawFd, FromRawFd, IntoRawFd};
use std::{env, fs::OpenOptions, net::TcpListener, process};

const PUT: u64 = 0x4010df01; // FDSTOREFS_IOC_* of fdstorefs.h
const GET: u64 = 0xdf02;
extern "C" { fn ioctl(fd: i32, request: u64, ...) -> i32; }

fn main() -> Result<()> {
    let args: Vec<String> = env::args().collect();
    let path = format!("{}/listener", args[1]);
    let entry = OpenOptions::new().read(true).write(true).create(true).open(path)?.into_raw_fd();
    let got = unsafe { ioctl(entry, GET, 0) };
    let listener = if got >= 0 {
        unsafe { TcpListener::from_raw_fd(got) }
    } else { // the first one, which listens and only then has something to put
        let new = TcpListener::bind(format!("0.0.0.0:{}", args[2]))?;
        let put = [new.as_raw_fd(), 0, -1, 0]; // fd, flags, anchor_fd, reserved
        if unsafe { ioctl(entry, PUT, &put) } != 0 { return Err(Error::last_os_error()); }
        new
    };
    for client in listener.incoming() {
        let _ = writeln!(client?, "hello from process {}", process::id());
    }
    Ok(())
}
