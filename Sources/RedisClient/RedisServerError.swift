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
    let line = Self.scriptFailure(in: line) ?? line
    let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = words.first, !first.isEmpty, first.utf8.allSatisfy(Self.isCodeByte) else {
      self.init(code: "ERR", message: line)
      return
    }
    self.init(code: String(first), message: words.count > 1 ? String(words[1]) : "")
  }

  /// What a command in a script failed with. Servers before Redis 7 put the name of the script before the code:
  /// `ERR Error running script (call to f_…): @user_script:1: @user_script: 1: -READONLY You can't write …`.
  private static func scriptFailure(in line: String) -> String? {
    guard line.hasPrefix("ERR Error running script (call to ") else { return nil }
    let pattern = /[^:]+: @user_script:\d+: (?:@user_script: \d+: -)?([A-Z_]+ .*)/
    return line.wholeMatch(of: pattern).map { String($0.output.1) }
  }

  private static func isCodeByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// The code and the message.
  public var description: String { message.isEmpty ? code : "\(code) \(message)" }
}
