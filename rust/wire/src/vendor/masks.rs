//! Masks of image edits. `OpenAI`'s clients leave transparent what is to be drawn anew; other vendors want it white.
//! Beside the writers of edits; a mask that is black and white already goes as it is.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use png::{BitDepth, ColorType, Decoder, Encoder, Limits, Transformations};

use super::plain::inline_image;
use crate::canon::{EncodeError, MediaSource};

/// The largest mask, in pixels; beyond it every vendor here refuses images, and the work would hold up other calls.
const MOST_PIXELS: u64 = 2048 * 2048;
/// What is drawn anew, and what stays.
const DRAWN: u8 = 255;
const KEPT: u8 = 0;
/// From here on a pixel counts as opaque.
const OPAQUE: u8 = 128;

/// Returns a mask as a PNG that is white where it is to be drawn.
pub(super) fn white_where_drawn(mask: &str) -> Result<Vec<u8>, EncodeError> {
    const REFUSED: EncodeError = EncodeError::Unsupported { field: "mask" };
    let source = MediaSource::Url(mask.to_owned());
    let (data, _) = inline_image(&source).map_err(|_address| REFUSED)?;
    let png = STANDARD.decode(data).map_err(|_broken| REFUSED)?;
    rewritten(png).ok_or(REFUSED)
}

/// `None` for what is no PNG, or a too large one.
fn rewritten(mask: Vec<u8>) -> Option<Vec<u8>> {
    let bytes = usize::try_from(MOST_PIXELS * 8).ok()?;
    let mut decoder = Decoder::new_with_limits(Cursor::new(&mask), Limits { bytes });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return None;
    }
    let channels = match reader.output_color_type().0 {
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgba => 4,
        _ => return Some(mask),
    };
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut pixels).ok()?;
    let pixels = pixels.get(..frame.buffer_size())?;
    let alphas = pixels.chunks_exact(channels).filter_map(<[u8]>::last);
    let white: Vec<u8> = alphas
        .map(|alpha| if *alpha < OPAQUE { DRAWN } else { KEPT })
        .collect();
    if !white.contains(&DRAWN) {
        return Some(mask);
    }
    encoded(width, height, &white)
}

fn encoded(width: u32, height: u32, white: &[u8]) -> Option<Vec<u8>> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(white).ok()?;
    writer.finish().ok()?;
    Some(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(color: ColorType, pixels: &[u8]) -> String {
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        format!("data:image/png;base64,{}", STANDARD.encode(png))
    }

    fn pixels(png: &[u8]) -> Vec<u8> {
        let mut reader = Decoder::new(Cursor::new(png)).read_info().unwrap();
        assert_eq!(reader.output_color_type().0, ColorType::Grayscale);
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let mask = address(ColorType::Rgba, &[9, 9, 9, 0, 200, 200, 200, 255]);
        assert_eq!(pixels(&white_where_drawn(&mask).unwrap()), [255, 0]);
        let gray = address(ColorType::GrayscaleAlpha, &[0, 255, 0, 0]);
        assert_eq!(pixels(&white_where_drawn(&gray).unwrap()), [0, 255]);
    }

    #[test]
    fn a_mask_without_transparency_stays() {
        let mask = address(ColorType::Grayscale, &[255, 0]);
        assert_eq!(pixels(&white_where_drawn(&mask).unwrap()), [255, 0]);
        let opaque = address(ColorType::Rgba, &[0, 0, 0, 255, 255, 255, 255, 255]);
        let (_, same) = opaque.split_once(',').unwrap();
        let written = white_where_drawn(&opaque).unwrap();
        assert_eq!(STANDARD.encode(written), same);
    }

    #[test]
    fn what_is_no_mask_is_refused_by_name() {
        for mask in ["https://x.example/m.png", "data:image/png;base64,QUJD"] {
            let refused = EncodeError::Unsupported { field: "mask" };
            assert_eq!(white_where_drawn(mask).unwrap_err(), refused);
        }
    }
}
