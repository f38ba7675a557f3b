//! The usage journal seen from outside: appending, reading, restarting, damage, failing disks,
//! `kill -9`. Everything runs on real files; faults are put in front of the disk where a real one
//! cannot be made to fail on command.

#[cfg(test)]
#[path = "journal/append.rs"]
mod append;
#[cfg(test)]
#[path = "journal/consume.rs"]
mod consume;
#[cfg(test)]
#[path = "journal/damage.rs"]
mod damage;
#[cfg(test)]
#[path = "journal/faults.rs"]
mod faults;
#[cfg(test)]
#[path = "journal/full_disk.rs"]
mod full_disk;
#[cfg(test)]
#[path = "journal/gathered.rs"]
mod gathered;
#[cfg(test)]
#[path = "journal/kill.rs"]
mod kill;
#[cfg(test)]
#[path = "journal/restart.rs"]
mod restart;
#[cfg(test)]
#[path = "journal/support.rs"]
mod support;
#[cfg(test)]
#[path = "journal/table.rs"]
mod table;
