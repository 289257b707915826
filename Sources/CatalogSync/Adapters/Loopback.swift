/// The hosts that are this machine.
public enum Loopback {
  /// Whether a host is this machine, whatever a name server says: a number with a leading zero may be meant as octal.
  ///
  /// - Parameter host: a name or an address; one of version 6 may stand in brackets.
  public static func contains(_ host: some StringProtocol) -> Bool {
    if ["localhost", "::1", "[::1]"].contains(String(host)) { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
  }
}
