# Manual pages, made from the doc comments of the public headers: include/tutti/NOUN.h becomes man/tt_NOUN.3.
file(GLOB public_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/tutti/*.h)
set(pages)
foreach(header ${public_headers})
    get_filename_component(noun ${header} NAME_WE)
    set(page ${PROJECT_BINARY_DIR}/man/tt_${noun}.3)
    add_custom_command(OUTPUT ${page}
        COMMAND ${PROJECT_SOURCE_DIR}/scripts/man ${header} ${PROJECT_VERSION} > ${page}
        DEPENDS ${header} ${PROJECT_SOURCE_DIR}/scripts/man VERBATIM)
    list(APPEND pages ${page})
endforeach()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
add_custom_target(man ALL DEPENDS ${pages})
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man3)
