import Foundation

/// The files that ship with the program, in a directory beside it.
enum BundledFiles {
  /// The name of the directory, as the package manager makes it.
  private static let directory = "modelcatalog_modelcatalog.resources"

  /// The content of a file.
  ///
  /// - Throws: ``CommandFailure`` when it is not where it should be. The accessor that the package manager generates ends
  ///   the process instead.
  static func read(_ name: String) throws -> Data {
    let file = Bundle.main.bundleURL.appending(path: "\(directory)/Resources/\(name)")
    do {
      return try Data(contentsOf: file)
    } catch {
      throw CommandFailure(
        "\(name), which ships with the program, cannot be read: keep the directory \(directory) beside the program")
    }
  }
}
