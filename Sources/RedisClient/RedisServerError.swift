/// An error reply of the server, such as `OOM command not allowed when used memory > 'maxmemory'.`
public struct RedisServerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The first word, if it is written in capitals as all codes are ("ERR", "OOM", "WRONGTYPE"); "ERR" otherwise.
  public let code: String
  /// What follows the code.
  public let message: String

  /// An error with a code and a message.
  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }

  /// The error that one line of the protocol holds.
  init(line: String) {
    let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = words.first, !first.isEmpty, first.utf8.allSatisfy(Self.isCodeByte) else {
      self.init(code: "ERR", message: line)
      return
    }
    self.init(code: String(first), message: words.count > 1 ? String(words[1]) : "")
  }

  private static func isCodeByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// The code and the message.
  public var description: String { message.isEmpty ? code : "\(code) \(message)" }
}
