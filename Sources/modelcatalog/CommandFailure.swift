import Foundation

/// Something that a command was asked for and cannot do, although it was called rightly.
struct CommandFailure: Error, CustomStringConvertible {
  /// What is wrong and what to do, for a person.
  let description: String

  init(_ description: String) { self.description = description }
}

/// Files that people name, with errors that people understand.
enum NamedFile {
  /// Reads a whole file.
  static func read(_ path: String) throws -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure("cannot read \"\(Output.printable(path))\": \(reason(error))")
    }
  }

  /// Writes a whole file.
  static func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure("cannot write \"\(Output.printable(path))\": \(reason(error))")
    }
  }

  /// What the system said; Foundation's own words name domains and codes.
  private static func reason(_ error: any Error) -> String {
    guard let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError else {
      return error.localizedDescription
    }
    return String(cString: strerror(cause.code.rawValue))
  }
}
