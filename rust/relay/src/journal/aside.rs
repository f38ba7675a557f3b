//! What a start does with damage: a header is rebuilt when records vouch for the file, damaged spans
//! are copied, useless files moved, all into the folder `damaged` and all named in the warnings.
//! Never takes anything away that a reader could still use.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::error::JournalError;
use super::replay::{Start, io_error, open};
use super::segment::{Damage, HEADER, Header, path_of};

/// Folder below the journal's for what was set aside.
const ASIDE: &str = "damaged";

impl Start<'_> {
    /// Gives a segment whose header is damaged a new one, if any of its records is whole.
    pub(crate) fn mend(
        &mut self,
        journal_id: u64,
        number: u32,
        own: &mut Vec<Header>,
    ) -> Result<(), JournalError> {
        let path = path_of(self.folder, number);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io_error("cannot open", &path))?;
        if self.end_of(&file, journal_id, number)? == HEADER {
            return self.set_file_aside(number, "neither its header nor any record is whole");
        }
        let before = own.iter().rposition(|header| header.segment < number);
        let previous = before.and_then(|index| own.get(index)).copied();
        let previous_end = match previous {
            Some(header) => {
                let path = path_of(self.folder, header.segment);
                self.end_of(&open(&path)?, journal_id, header.segment)?
            }
            None => 0,
        };
        let header = Header {
            journal_id,
            segment: number,
            previous: previous.map_or(number.saturating_sub(1), |header| header.segment),
            previous_end,
            open_from: previous.map_or(1, |header| header.open_from),
            created_ms: previous.map_or(0, |header| header.created_ms),
        };
        let copy = self.copy_aside(
            &file,
            number,
            Damage {
                from: 0,
                to: HEADER,
            },
        )?;
        self.disk
            .write_at(&file, &header.to_bytes(), 0)
            .and_then(|()| self.disk.sync_all(&file))
            .map_err(io_error("cannot mend", &path))?;
        self.warn(
            copy,
            format!("journal segment {number}: damaged header rebuilt"),
        );
        own.insert(before.map_or(0, |index| index + 1), header);
        Ok(())
    }

    /// Reports a damaged span and keeps a copy of it; the segment itself stays as it is.
    pub(crate) fn report(
        &mut self,
        file: &File,
        number: u32,
        damage: Damage,
        what: &str,
    ) -> Result<(), JournalError> {
        let Damage { from, to } = damage;
        let copy = self.copy_aside(file, number, damage)?;
        let text = format!("journal segment {number}: bytes {from} to {to} {what}");
        self.warn(copy, text);
        Ok(())
    }

    fn warn(&mut self, copy: Option<PathBuf>, text: String) {
        match copy {
            Some(path) => {
                self.recovery
                    .warnings
                    .push(format!("{text}; a copy is in {}", path.display()));
                self.recovery.set_aside.push(path);
            }
            None => self.recovery.warnings.push(text),
        }
    }

    /// Copies a span into the folder for damage; `None` when the disk has no room for that.
    fn copy_aside(
        &self,
        file: &File,
        number: u32,
        damage: Damage,
    ) -> Result<Option<PathBuf>, JournalError> {
        let path = self.aside(&format!("{number:010}-{}-{}.part", damage.from, damage.to))?;
        let mut bytes = vec![0; damage.to.saturating_sub(damage.from) as usize];
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match file.read_at(rest, u64::from(damage.from) + read as u64) {
                Ok(0) => break,
                Ok(length) => read += length,
                Err(error) => return Err(io_error("cannot read", &path)(error)),
            }
        }
        bytes.truncate(read);
        match std::fs::write(&path, &bytes) {
            Ok(()) => Ok(Some(path)),
            // The records matter more than a copy of what is broken.
            Err(_) => Ok(None),
        }
    }

    pub(crate) fn set_file_aside(&mut self, number: u32, why: &str) -> Result<(), JournalError> {
        let from = path_of(self.folder, number);
        let stamp = (self.config.clock_ms)();
        let to = self.aside(&format!("{number:010}-{stamp}.seg"))?;
        self.disk
            .rename(&from, &to)
            .map_err(io_error("cannot set aside", &from))?;
        self.warn(
            None,
            format!(
                "journal segment {number} set aside as {}: {why}",
                to.display()
            ),
        );
        self.recovery.set_aside.push(to);
        Ok(())
    }

    fn aside(&self, name: &str) -> Result<PathBuf, JournalError> {
        let folder = self.folder.join(ASIDE);
        std::fs::create_dir_all(&folder).map_err(io_error("cannot make folder", &folder))?;
        Ok(folder.join(name))
    }
}
