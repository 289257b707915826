/// A Lua script that runs in the server. Make it once and keep it, because that computes its digest.
public struct RedisScript: Sendable, Equatable {
  /// The text in Lua.
  public let source: String
  /// The SHA-1 of the text in hexadecimal digits, by which the server knows the script once it has seen it.
  public let digest: String

  /// A script.
  public init(_ source: String) {
    self.source = source
    digest = SHA1.hexDigest(of: source.utf8)
  }

  /// The command that runs it by its digest, or by its text.
  func command(bySource: Bool, keys: [String], arguments: [RedisArgument]) -> [RedisArgument] {
    let head: [RedisArgument] = [bySource ? "EVAL" : "EVALSHA", .text(bySource ? source : digest)]
    return head + [.integer(Int64(keys.count))] + keys.map { .text($0) } + arguments
  }
}
