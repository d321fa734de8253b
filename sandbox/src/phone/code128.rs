//! Bars of Code 128 (ISO/IEC 15417), set B: what a scanner at a till reads off a phone.

/// The widths of bars and gaps, in modules, of the symbols 0 to 105: six each, eleven modules together.
const SYMBOLS: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232",
];
const START_B: usize = 104;
const STOP: &str = "2331112";
/// The check symbol is a sum modulo this.
const CHECK: usize = 103;

/// Widths of bars and gaps by turns, a bar first, without the white margin; `None` where the text is empty or has other
/// characters than printable ASCII.
pub(super) fn widths(text: &str) -> Option<Vec<usize>> {
    let values: Vec<usize> = text
        .bytes()
        .map(|byte| {
            let printable = (32..=126).contains(&byte);
            printable.then(|| usize::from(byte) - 32)
        })
        .collect::<Option<_>>()?;
    if values.is_empty() {
        return None;
    }
    let weighed = values.iter().zip(1..).map(|(value, place)| value * place);
    let check = (START_B + weighed.sum::<usize>()) % CHECK;
    let all = std::iter::once(START_B).chain(values).chain([check]);
    let symbols: Vec<&str> = all
        .map(|value| SYMBOLS.get(value).copied())
        .collect::<Option<_>>()?;
    let digits = symbols.concat() + STOP;
    digits
        .bytes()
        .map(|digit| digit.checked_sub(b'0').map(usize::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_symbol_is_eleven_modules_and_unlike_the_others() {
        for symbol in SYMBOLS {
            let sum: u32 = symbol.chars().filter_map(|digit| digit.to_digit(10)).sum();
            assert_eq!((symbol.len(), sum), (6, 11), "{symbol}");
            // Bars are an even number of modules wide: that is how a scanner notices a misread.
            let bars: u32 = symbol
                .chars()
                .step_by(2)
                .filter_map(|digit| digit.to_digit(10))
                .sum();
            assert_eq!(bars % 2, 0, "{symbol}");
        }
        assert_eq!(SYMBOLS.iter().collect::<BTreeSet<_>>().len(), SYMBOLS.len());
    }

    #[test]
    fn a_text_begins_with_the_start_and_ends_with_its_check_and_the_stop() {
        // 104 + 1 * 48 + 2 * 42 + 3 * 42 + 4 * 17 + 5 * 18 + 6 * 19 + 7 * 35 = 879, and 879 mod 103 = 55.
        let found = widths("PJJ123C").unwrap();
        let text: String = found.iter().map(ToString::to_string).collect();
        let letters = [
            "211214", "313121", "112133", "112133", "123221", "223211", "221132", "131321",
        ];
        assert_eq!(text, letters.concat() + "311321" + "2331112");
    }

    #[test]
    fn what_set_b_does_not_have_is_not_drawn() {
        for text in ["", "kr\u{f3}na", "a\nb"] {
            assert!(widths(text).is_none(), "{text:?} was drawn");
        }
    }
}
