//! How long a sound is, by its first bytes and its size.
//! For holds, and for calls whose upstream reported no usage; reads headers only, decodes nothing.

/// Bytes a second that a sound of unknown form is taken for: speech at 32 kbit/s. A denser one is shorter than that says.
const UNKNOWN_RATE: u64 = 4_000;
/// Bytes a second of `pcm` from speech endpoints: 24 kHz, 16 bit, one channel.
const PCM_RATE: u64 = 48_000;
/// Bit rates of MPEG-1 and MPEG-2 layer III in kbit/s, by index.
const MPEG1: [u64; 15] = [
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];
const MPEG2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Returns the length of a file in milliseconds; exact for WAV and FLAC, by the first frame's rate for MP3, by size for
/// everything else.
pub fn of_file(head: &[u8], bytes: u64) -> u64 {
    if let Some(milliseconds) = flac(head) {
        return milliseconds;
    }
    let rate = rate_of(head).unwrap_or(UNKNOWN_RATE);
    let sound = bytes.saturating_sub(wav_header(head));
    sound.saturating_mul(1_000) / rate.max(1)
}

/// Bytes in front of a WAV file's sound; 0 for other files.
fn wav_header(head: &[u8]) -> u64 {
    let data = wav(head).and_then(|_rate| memchr::memmem::find(head, b"data"));
    data.map_or(0, |at| at as u64 + 8)
}

/// Returns the length of spoken sound in milliseconds; none when neither its form nor its rate is known.
pub fn of_speech(head: &[u8], bytes: u64, is_pcm: bool) -> Option<u64> {
    let rate = if is_pcm {
        Some(PCM_RATE)
    } else {
        rate_of(head)
    };
    rate.map(|rate| bytes.saturating_mul(1_000) / rate.max(1))
}

/// Bytes a second.
fn rate_of(head: &[u8]) -> Option<u64> {
    wav(head).or_else(|| mp3(head)).filter(|rate| *rate > 0)
}

fn wav(head: &[u8]) -> Option<u64> {
    if head.get(..4) != Some(b"RIFF") || head.get(8..12) != Some(b"WAVE") {
        return None;
    }
    let format = memchr::memmem::find(head, b"fmt ")?;
    let rate = head.get(format + 16..format + 20)?;
    Some(u64::from(u32::from_le_bytes(rate.try_into().ok()?)))
}

fn flac(head: &[u8]) -> Option<u64> {
    if head.get(..4) != Some(b"fLaC") {
        return None;
    }
    // STREAMINFO comes first: 20 bits of rate from its tenth byte, 36 bits of samples from its fourteenth.
    let word = u64::from_be_bytes(head.get(18..26)?.try_into().ok()?);
    let rate = word >> 44;
    let samples = word & 0xF_FFFF_FFFF;
    (rate > 0 && samples > 0).then(|| samples.saturating_mul(1_000) / rate)
}

fn mp3(head: &[u8]) -> Option<u64> {
    let start = match head {
        [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] => {
            let size = [a, b, c, d].iter().fold(0_usize, |size, byte| {
                (size << 7) | usize::from(**byte & 0x7F)
            });
            10 + size
        }
        _ => 0,
    };
    let frame = head.get(start..start + 3)?;
    let &[0xFF, kind, rate] = frame else {
        return None;
    };
    if kind & 0xE6 != 0xE2 {
        return None;
    }
    let table = if kind & 0x18 == 0x18 { MPEG1 } else { MPEG2 };
    table
        .get(usize::from(rate >> 4))
        .map(|kilobits| kilobits * 1_000 / 8)
}
