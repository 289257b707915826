/// Cuts the name of a model into tokens: `Meta-Llama-3_1-8B` into `meta`, `llama`, `3.1`, `8b`.
///
/// Everything but letters, digits, `+` and the point inside a number separates. Numbers keep their point, so that `4.1` never
/// becomes `41`; a number that another separator cuts after its first digits is put together again (`3-5` is `3.5`).
enum NameTokens {
  /// The tokens of a name in lower case.
  static func split(_ name: Substring) -> [String] {
    var tokens = pieces(of: name)
    joinDecimals(&tokens)
    joinDates(&tokens)
    return tokens
  }

  private static func pieces(of name: Substring) -> [String] {
    var tokens: [String] = []
    tokens.reserveCapacity(10)
    let bytes = Array(name.utf8)
    var start = 0
    for index in 0...bytes.count {
      let isInside = index < bytes.count && (bytes[index].isNamePart || isPoint(bytes, at: index))
      if isInside { continue }
      if start < index { append(bytes[start..<index], to: &tokens) }
      start = index + 1
    }
    return tokens
  }

  private static func isPoint(_ bytes: [UInt8], at index: Int) -> Bool {
    bytes[index] == UInt8(ascii: ".") && index > 0 && bytes[index - 1].isDigit
      && index + 1 < bytes.count && bytes[index + 1].isDigit
  }

  /// A word of three or more letters before a digit is a token of its own: `qwen3` is `qwen`, `3`. Shorter ones belong to
  /// the digits: `o1`, `v3`, `k2`, `fp8`.
  private static func append(_ piece: ArraySlice<UInt8>, to tokens: inout [String]) {
    var piece = piece
    let letters = piece.prefix { $0.isLetter }
    if letters.count >= 3, letters.count < piece.count, !Precision.names.contains(text(piece)) {
      tokens.append(text(letters))
      piece = piece[letters.endIndex...]
    }
    replaceDecimalP(&piece)
    tokens.append(text(piece))
  }

  /// Fireworks and Parasail write `p` for the point: `v3p1`, `qwen2p5`.
  private static func replaceDecimalP(_ piece: inout ArraySlice<UInt8>) {
    guard let index = piece.firstIndex(of: UInt8(ascii: "p")), index > piece.startIndex, index + 1 < piece.endIndex,
      piece[index - 1].isDigit, piece[index + 1].isDigit
    else { return }
    piece[index] = UInt8(ascii: ".")
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  /// `3`, `5` is `3.5`, and `v3`, `1` is `v3.1`: a number of one or two digits, perhaps after one or two letters, and a
  /// single digit. Longer second numbers are dates or counts, numbers with a unit are sizes.
  private static func joinDecimals(_ tokens: inout [String]) {
    var index = 0
    while index + 1 < tokens.count {
      if isMajor(tokens[index]), isSingleDigit(tokens[index + 1]) {
        tokens[index] += "." + tokens[index + 1]
        tokens.remove(at: index + 1)
      }
      index += 1
    }
  }

  private static func isMajor(_ token: String) -> Bool {
    let digits = token.utf8.drop { $0.isLetter }
    guard let first = digits.first, first != UInt8(ascii: "0"), token.utf8.count - digits.count <= 2 else {
      return false
    }
    return digits.count <= 2 && digits.allSatisfy(\.isDigit)
  }

  private static func isSingleDigit(_ token: String) -> Bool {
    token.utf8.count == 1 && token.utf8.allSatisfy(\.isDigit)
  }

  /// One token per date: `2024`, `08`, `06` and `20240806` are `2024-08-06`; `08`, `2024` is `08-2024`; `05`, `20` is
  /// `05-20`.
  private static func joinDates(_ tokens: inout [String]) {
    var index = 0
    while index < tokens.count {
      if let (date, length) = date(at: index, in: tokens) {
        tokens.replaceSubrange(index..<(index + length), with: CollectionOfOne(date))
      }
      index += 1
    }
  }

  private static func date(at index: Int, in tokens: [String]) -> (text: String, length: Int)? {
    let token = tokens[index]
    guard let first = token.utf8.first, first.isDigit else { return nil }
    let next = index + 1 < tokens.count ? tokens[index + 1] : ""
    let third = index + 2 < tokens.count ? tokens[index + 2] : ""
    switch token.utf8.count {
    case 8:
      let month = token.utf8.dropFirst(4).prefix(2)
      guard isYear(token.utf8.prefix(4)), isMonth(month), isDay(token.utf8.suffix(2)) else { return nil }
      return ("\(token.prefix(4))-\(token.dropFirst(4).prefix(2))-\(token.suffix(2))", 1)
    case 4 where isYear(token.utf8[...]) && isMonth(next.utf8[...]) && isDay(third.utf8[...]):
      return ("\(token)-\(next)-\(third)", 3)
    case 2 where isMonth(token.utf8[...]) && (isYear(next.utf8[...]) || isDay(next.utf8[...])):
      return ("\(token)-\(next)", 2)
    default: return nil
    }
  }

  private static func isYear(_ digits: Substring.UTF8View) -> Bool {
    digits.count == 4 && number(digits).map { (2019...2039).contains($0) } == true
  }

  private static func isMonth(_ digits: Substring.UTF8View) -> Bool {
    digits.count == 2 && number(digits).map { (1...12).contains($0) } == true
  }

  private static func isDay(_ digits: Substring.UTF8View) -> Bool {
    digits.count == 2 && number(digits).map { (1...31).contains($0) } == true
  }

  private static func number(_ digits: Substring.UTF8View) -> Int? {
    digits.allSatisfy(\.isDigit) ? digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } : nil
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

  /// Bytes of other scripts belong to a name like letters do.
  var isNamePart: Bool { isLetter || isDigit || self == UInt8(ascii: "+") || self >= 0x80 }
}
