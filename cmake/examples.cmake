# Every examples/*.c and examples/seed/*.c is a program of its own, linked with the shared library. A larger one has the
# rest of its files in a folder of its name.
file(GLOB example_files CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/examples/*.c ${PROJECT_SOURCE_DIR}/examples/seed/*.c)
foreach(file ${example_files})
    get_filename_component(name ${file} NAME_WE)
    file(RELATIVE_PATH dir ${PROJECT_SOURCE_DIR} ${file})
    get_filename_component(dir ${dir} DIRECTORY)
    set(target example-${name})
    if(dir STREQUAL "examples/seed")
        set(target seed-${name})
    endif()
    file(GLOB parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${dir}/${name}/*.c)
    add_executable(${target} ${file} ${parts})
    tutti_c(${target})
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${dir})
    target_link_libraries(${target} PRIVATE tutti::tutti m)
endforeach()
